import { requestCode } from "../auth/device-flow.ts";
import { checkVerificationLink } from "../auth/verification-link.ts";
import { openHttp } from "../connect.ts";
import { isFailure } from "../errors.ts";
import type { Http } from "../http/http.ts";
import { failureOfAnswer, failureOfShape } from "../kaneo/api/failures.ts";
import { currentSession, projectsOf, workspaces } from "../kaneo/api/schemas.ts";
import type { ToolContext } from "../tools/tool.ts";
import { inline } from "../untrusted.ts";
import { withContext } from "./account.ts";
import { type Finding, failed, ok, problem, warning } from "./finding.ts";
import type { AccountSurroundings } from "./surroundings.ts";

/** Looks at what lies on the other side, as far as one look makes the next one possible; `login` is what signs in there. */
export async function checkKaneo(around: AccountSurroundings, login: string): Promise<Finding[]> {
  const http = openHttp(around);
  try {
    const address = await checkAddress(around, http);
    if (address.level === "problem") return [address];
    return [address, ...(await checkAccount(around, http, login))];
  } finally {
    await http.close();
  }
}

const SESSION = { method: "GET", path: "/api/auth/get-session" } as const;

/** Asks who is signed in, without a credential: every Kaneo says null. */
async function checkAddress({ config }: AccountSurroundings, http: Http): Promise<Finding> {
  const name = "Address";
  try {
    const response = await http(SESSION);
    if (response.status >= 400) throw failureOfAnswer(SESSION, response);
    if (response.body !== null) throw failureOfShape(SESSION, response.body);
    return ok(name, `Kaneo answers at ${config.apiUrl}`);
  } catch (error) {
    return failed(name, error);
  }
}

async function checkAccount(
  around: AccountSurroundings,
  http: Http,
  login: string,
): Promise<Finding[]> {
  const check = async (context: ToolContext): Promise<Finding[]> => {
    const { problems = [], ...state } = await context.session.state();
    const hint = "Only you and administrators should be able to change that one.";
    return [
      ...problems.map((text) =>
        problem("Folder", text, text.includes(", above the folder of") ? hint : undefined),
      ),
      ...(state.kind === "api_key" ? [] : [await checkClientId(around, http)]),
      ...(await checkCredential(context, state.kind, login)),
    ];
  };
  return withContext(around, () => {}, check).catch((error) => [failed("Credential", error)]);
}

/** Asks for a code that nobody is shown: there is no other way to know. */
async function checkClientId(
  { config, redactor }: AccountSurroundings,
  http: Http,
): Promise<Finding> {
  const name = "Client id";
  const { apiUrl: baseUrl, clientId, allowInsecureHttp } = config;
  try {
    const code = await requestCode({ http, baseUrl, clientId }, AbortSignal.timeout(20_000));
    redactor.add(code.deviceCode);
    const page = checkVerificationLink(code, { baseUrl, allowInsecureHttp });
    if (page.warning) return warning(name, page.warning);
    const { host } = new URL(page.link);
    return ok(name, `${clientId} is accepted; the sign-in link leads to ${host}`);
  } catch (error) {
    return failed(name, error);
  }
}

async function checkCredential(
  { kaneo }: ToolContext,
  kind: "api_key" | "signed_in" | "pending" | "signed_out",
  login: string,
): Promise<Finding[]> {
  const [name, hint] = ["Sign-in", `For a new one: ${login}`];
  if (kind === "signed_out" || kind === "pending") {
    const text = kind === "pending" ? "A link waits for the approval." : "Nobody is signed in yet.";
    return [warning(name, text, `Ask something in the client, or: ${login}`)];
  }
  const what = kind === "api_key" ? "API key" : name;
  try {
    const current = await kaneo.kept(currentSession);
    if (current === null) return [problem(what, "Kaneo no longer accepts it.")];
    const [first] = await kaneo.kept(workspaces);
    const projects = first ? await kaneo.kept(projectsOf(first.id)) : [];
    const text = `accepted, as ${inline(current.user.name, 60)} <${current.user.email}>`;
    const isOld = projects.some(({ lastTaskNumber }) => lastTaskNumber === undefined);
    return [ok(what, text), ...(isOld ? [tooOld] : [])];
  } catch (error) {
    if (!isFailure(error, "sign_in_required")) return [failed(what, error)];
    return [problem(name, "Kaneo no longer accepts the token.", hint)];
  }
}

const tooOld = problem(
  "Kaneo's age",
  "This Kaneo is older than 2.9.10, as its projects show; kaneo-mcp is made for 2.12.2 and later.",
  "Have its operator update it.",
);
