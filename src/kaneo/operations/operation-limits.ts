/** Which operations no tool may call, whatever the instance's document says, and which destroy. */
import type { Method, Operation } from "./operations.ts";

const OF_SESSION = "signing in, sessions and keys are the person's own";
const OF_INTEGRATION =
  "its requests and answers hold secrets; list_integrations, connect_integration, update_integration and disconnect_integration leave them out";

/** By the beginning of the path behind `/api`, in lower case, the longest first. */
const FORBIDDEN: [beginning: RegExp, reason: string][] = [
  [
    /^\/auth\/organization\/set-active/,
    "it changes the session that the person's other programs use",
  ],
  [/^\/auth\/(?!organization\/)/, OF_SESSION],
  [/^\/(?:mcp|oauth|device)(?:\/|$)/, OF_SESSION],
  [
    /(?:^|\/)(?:api-?keys?|sessions?|tokens?|passwords?|credentials?|sign-(?:in|up|out))(?:\/|$)/,
    OF_SESSION,
  ],
  [
    /^\/(?:billing|subscriptions?|payments?|checkout)(?:\/|$)/,
    "what costs money is the person's own to decide",
  ],
  [/^\/admin(?:\/|$)/, "the instance's administration is the person's own"],
  [/^\/(?!github-)[a-z0-9]+(?:-[a-z0-9]+)*-integration(?:\/|$)/, OF_INTEGRATION],
  [
    /^\/notification-preferences(?:\/|$)/,
    "its answers show addresses that hold secrets; get_preferences and set_preferences leave them out",
  ],
  [/^\/task\/image-upload(?:\/|$)/, "its answer is a signed address; attach_image does all of it"],
  [
    /^\/(?:asset|user\/avatar)\/[^/]+$/,
    "it gives the bytes of a picture; get_image shows those of a task",
  ],
  [/^\/activity\/create$/, "it writes events in the name of anybody; add_comment writes a comment"],
];

const SECRET_FIELD =
  /secret|token|passw|credential|api_?key|private_?key|webhook_?url|upload_?url|^otp$/i;

/** Whether a field of this name holds what must not be seen. */
export function isSecretField(name: string): boolean {
  return SECRET_FIELD.test(name);
}

/** Why an operation is not called, without a full stop; undefined when it may be. `path` is as it would be sent, behind `/api`. */
export function whyForbidden({ body }: Pick<Operation, "body">, path: string): string | undefined {
  const plain = path.toLowerCase();
  const rule = FORBIDDEN.find(([beginning]) => beginning.test(plain));
  if (rule !== undefined) return rule[1];
  const field = body.find(({ name }) => isSecretField(name));
  return field && `it takes a secret (${field.name}), which must not be an argument`;
}

const DESTROYING =
  /(?:^|[/-])(?:delete|remove|clear|leave|cancel|reject|revoke|purge|reset|transfer)(?:[/-]|$)/;

/** Whether a call may lose something for good, so that its id has to be repeated. */
export function isDestroying(method: Method, path: string, body: unknown): boolean {
  if (method === "GET") return false;
  if (method === "DELETE" || DESTROYING.test(path.toLowerCase())) return true;
  // PATCH /api/task/bulk has the deed in its body.
  return typeof body === "object" && body !== null && Reflect.get(body, "operation") === "delete";
}
