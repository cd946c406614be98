import { TEST_LOGIN } from "./people.ts";

/** The page at /device where a person approves a sign-in: one file, no assets from elsewhere. */
export function devicePage(): string {
  return page(
    "Approve sign-in – Kaneo sandbox",
    `${MARKUP}<script type="module">${SCRIPT}</script>`,
  );
}

export function notFoundPage(): string {
  const text = `The Kaneo sandbox has only <a href="/device">the approval page</a>; everything else is API.`;
  const main = `<main><h1>Not found</h1><p>${text}</p>${LOGIN_HINT}</main>`;
  return page("Not found – Kaneo sandbox", main);
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>${body}</body>
</html>
`;
}

const LOGIN_HINT = `<p class="hint">The test login: <code>${TEST_LOGIN.email}</code>, password <code>${TEST_LOGIN.password}</code></p>`;

const MARKUP = `
<main>
  <p class="brand">Kaneo <span>sandbox</span></p>
  <section id="step-code" hidden>
    <h1>Connect an app</h1>
    <p>Enter the code that the app shows you.</p>
    ${LOGIN_HINT}
    <form id="form-code">
      <label for="input-code">Code</label>
      <input id="input-code" autocomplete="off" autocapitalize="characters" spellcheck="false" required maxlength="32">
      <button type="submit">Continue</button>
    </form>
  </section>
  <section id="step-sign-in" hidden>
    <h1>Sign in</h1>
    <p>Sign in to approve the request.</p>
    ${LOGIN_HINT}
    <form id="form-sign-in">
      <label for="email">E-mail</label>
      <input id="email" type="email" autocomplete="username" required>
      <label for="password">Password</label>
      <input id="password" type="password" autocomplete="current-password" required>
      <button type="submit">Sign in</button>
    </form>
  </section>
  <section id="step-approve" hidden>
    <h1 tabindex="-1"><span id="app-name">An app</span> wants to use Kaneo as you</h1>
    <p>Signed in as <strong id="who"></strong>. Approve only if the app shows this code:</p>
    <p class="code" id="user-code"></p>
    <p class="hint">It will be able to read and change what you can, until it is signed out.</p>
    <div class="row">
      <button id="approve" type="button">Approve</button>
      <button id="deny" type="button" class="quiet">Deny</button>
    </div>
  </section>
  <section id="step-result" hidden>
    <h1 id="result-title" tabindex="-1"></h1>
    <p id="result-text"></p>
  </section>
  <p id="problem" role="alert"></p>
</main>
`;

const STYLE = `
:root { color-scheme: light dark; --ink: #1c1d22; --paper: #f5f5f7; --card: #fff; --line: #d9dae0; --accent: #4f46e5; --bad: #b42318; --soft: #5d606b; }
@media (prefers-color-scheme: dark) { :root { --ink: #f0f0f3; --paper: #17181c; --card: #212228; --line: #3a3c45; --accent: #8b85ff; --bad: #ff8a7a; --soft: #a5a8b5; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { width: min(26rem, calc(100vw - 2rem)); margin: 2rem 0; padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: 14px; }
h1 { margin: 0 0 .75rem; font-size: 1.35rem; line-height: 1.3; }
p { margin: 0 0 1rem; }
.brand { font-weight: 700; }
.brand span, .hint { color: var(--soft); font-weight: 400; }
.hint { font-size: .9rem; }
label { display: block; margin: 0 0 .25rem; font-weight: 600; font-size: .9rem; }
input { width: 100%; margin: 0 0 1rem; padding: .6rem .75rem; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: 8px; }
button { padding: .6rem 1.2rem; font: inherit; font-weight: 600; color: var(--card); background: var(--accent); border: 1px solid var(--accent); border-radius: 8px; cursor: pointer; }
button.quiet { color: var(--ink); background: transparent; border-color: var(--line); }
button:disabled { opacity: .5; cursor: default; }
h1:focus { outline: none; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.code { padding: .75rem; text-align: center; font: 700 1.9rem/1.2 ui-monospace, monospace; letter-spacing: .18em; background: var(--paper); border: 1px dashed var(--line); border-radius: 10px; }
.row { display: flex; gap: .75rem; }
section > :last-child { margin-bottom: 0; }
#problem { margin: 1rem 0 0; color: var(--bad); }
#problem:empty { display: none; }
`;

const SCRIPT = `
const byId = (id) => document.getElementById(id);
const steps = ["code", "sign-in", "approve", "result"];
let userCode = new URL(location.href).searchParams.get("user_code") ?? "";

function show(step) {
  for (const name of steps) byId("step-" + name).hidden = name !== step;
  byId("problem").textContent = "";
  // Never a button: the Enter that signs in must not approve as well.
  const section = byId("step-" + step);
  (section.querySelector("input") ?? section.querySelector("h1")).focus();
}
function complain(text) { byId("problem").textContent = text; }
function finish(title, text) {
  byId("result-title").textContent = title;
  byId("result-text").textContent = text;
  document.title = title;
  show("result");
}
async function call(path, body) {
  const init = body && { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch("/api/auth" + path, init);
  const answer = await response.json().catch(() => null);
  return { ok: response.ok, answer, problem: answer?.error_description ?? answer?.message ?? "The server answered " + response.status + "." };
}
function explain(problem) {
  if (/expired/i.test(problem)) return finish("This code has expired", "Go back to the app and ask for a new one.");
  if (/already been processed/i.test(problem)) return finish("This code has been used", "Go back to the app; if it still asks, start again there.");
  show("code");
  byId("input-code").value = userCode;
  complain("There is no such code. Check it, or ask the app for a new one.");
}
async function start() {
  if (!userCode) return show("code");
  const session = await call("/get-session");
  if (!session.answer?.user) return show("sign-in");
  const claim = await call("/device?user_code=" + encodeURIComponent(userCode));
  if (!claim.ok) return explain(claim.problem);
  if (claim.answer.status !== "pending") return explain("already been processed");
  const client = await fetch("/device/client?user_code=" + encodeURIComponent(userCode)).then((response) => response.json());
  byId("app-name").textContent = client.name ?? "An app";
  byId("who").textContent = session.answer.user.name + " (" + session.answer.user.email + ")";
  byId("user-code").textContent = userCode.toUpperCase();
  show("approve");
}
async function decide(path, title, text) {
  byId("approve").disabled = byId("deny").disabled = true;
  const result = await call(path, { userCode });
  byId("approve").disabled = byId("deny").disabled = false;
  if (result.ok) finish(title, text);
  else explain(result.problem);
}
byId("form-code").addEventListener("submit", (event) => {
  event.preventDefault();
  userCode = byId("input-code").value.trim().toUpperCase().replaceAll("-", "");
  start();
});
byId("form-sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  const result = await call("/sign-in/email", { email: byId("email").value, password: byId("password").value });
  if (result.ok) start();
  else complain(result.problem);
});
byId("approve").addEventListener("click", () => decide("/device/approve", "Approved", "You can close this page and go back to the app."));
byId("deny").addEventListener("click", () => decide("/device/deny", "Denied", "The app gets no access. You can close this page."));
start();
`;
