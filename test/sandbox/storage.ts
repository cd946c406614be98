/** S3-like storage: a real server that takes what a presigned address allows, and nothing else. */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface StoredObject {
  readonly bytes: Buffer;
  readonly contentType: string | undefined;
}

/** One request as it arrived, whatever came of it. */
export interface StorageRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly size: number;
  readonly status: number;
}

export interface Storage extends AsyncDisposable {
  readonly url: string;
  readonly objects: Map<string, StoredObject>;
  readonly requests: StorageRequest[];
  /** For how many seconds the next addresses are good. Default 300, as in Kaneo. */
  expiresIn: number;
  /** Answers the next request with this status in the place of the real one. */
  failNext(status: number, headers?: Record<string, string>): void;
  /** The address to which one object may be put. */
  presign(key: string): string;
}

const [ACCESS_KEY, SECRET_KEY, REGION] = ["sandbox-key", "sandbox-secret", "us-east-1"];
const BUCKET = "kaneo";

export async function startStorage(): Promise<Storage> {
  const objects = new Map<string, StoredObject>();
  const requests: StorageRequest[] = [];
  let failure: { status: number; headers: Record<string, string> } | undefined;
  const server = createServer(async (incoming, response) => {
    const bytes = Buffer.concat(await incoming.toArray());
    const refusal = failure === undefined ? refusalOf(incoming) : undefined;
    const status = failure?.status ?? refusal?.status ?? 200;
    const { method = "", url = "", headers } = incoming;
    requests.push({ method, url, headers, size: bytes.length, status });
    if (status === 200) {
      objects.set(keyIn(url), { bytes, contentType: headers["content-type"] });
    }
    const body = refusal && `<?xml version="1.0"?><Error><Code>${refusal.code}</Code></Error>`;
    response.writeHead(status, { "content-type": "application/xml", ...failure?.headers });
    failure = undefined;
    response.end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // A server on a port of the network has an address of this form.
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const storage: Storage = {
    url,
    objects,
    requests,
    expiresIn: 300,
    failNext: (status, headers = {}) => {
      failure = { status, headers };
    },
    presign: (key) => presigned({ url, key, expiresIn: storage.expiresIn, at: new Date() }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return storage;
}

function keyIn(url: string): string {
  const { pathname } = new URL(url, "http://storage");
  return decodeURIComponent(pathname.slice(`/${BUCKET}/`.length));
}

interface Grant {
  url: string;
  key: string;
  expiresIn: number;
  at: Date;
}

function presigned({ url, key, expiresIn, at }: Grant): string {
  const target = new URL(`/${BUCKET}/${key.split("/").map(encodeURIComponent).join("/")}`, url);
  const stamp = at.toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const scope = `${stamp.slice(0, 8)}/${REGION}/s3/aws4_request`;
  for (const [name, value] of Object.entries({
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD",
    "X-Amz-Credential": `${ACCESS_KEY}/${scope}`,
    "X-Amz-Date": stamp,
    "X-Amz-Expires": String(expiresIn),
    "X-Amz-SignedHeaders": "host",
    "x-id": "PutObject",
  })) {
    target.searchParams.set(name, value);
  }
  target.searchParams.set("X-Amz-Signature", signatureOf("PUT", target));
  return target.href;
}

/** AWS Signature Version 4, "Authenticating Requests: Using Query Parameters". */
function signatureOf(method: string, target: URL): string {
  const parameters = [...target.searchParams]
    .filter(([name]) => name !== "X-Amz-Signature")
    .map((pair) => pair.map(encodeURIComponent).join("="))
    .sort();
  const request = [
    method,
    target.pathname,
    parameters.join("&"),
    `host:${target.host}\n`,
    "host",
    "UNSIGNED-PAYLOAD",
  ].join("\n");
  const stamp = target.searchParams.get("X-Amz-Date") ?? "";
  const steps = [stamp.slice(0, 8), REGION, "s3", "aws4_request"];
  const digest = createHash("sha256").update(request).digest("hex");
  const text = ["AWS4-HMAC-SHA256", stamp, steps.join("/"), digest].join("\n");
  const key = steps.reduce<string | Buffer>(
    (soFar, step) => createHmac("sha256", soFar).update(step).digest(),
    `AWS4${SECRET_KEY}`,
  );
  return createHmac("sha256", key).update(text).digest("hex");
}

interface Refused {
  status: number;
  code: string;
}

/** What S3 says of a request that its address does not allow; undefined for one that it does. */
function refusalOf({ method = "", url = "", headers }: IncomingMessage): Refused | undefined {
  const target = new URL(url, `http://${headers.host}`);
  const given = Buffer.from(target.searchParams.get("X-Amz-Signature") ?? "");
  const right = Buffer.from(signatureOf(method, target));
  if (headers.authorization !== undefined || headers["x-api-key"] !== undefined) {
    return { status: 400, code: "InvalidArgument" };
  }
  if (given.length !== right.length || !timingSafeEqual(given, right)) {
    return { status: 403, code: "SignatureDoesNotMatch" };
  }
  if (Date.now() > expiryOf(target)) return { status: 403, code: "AccessDenied" };
  if (headers["content-length"] === undefined) {
    return { status: 411, code: "MissingContentLength" };
  }
  return undefined;
}

function expiryOf({ searchParams }: URL): number {
  const stamp = searchParams.get("X-Amz-Date") ?? "";
  const iso = stamp.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z");
  return Date.parse(iso) + Number(searchParams.get("X-Amz-Expires")) * 1_000;
}
