import type { Sandbox } from "../sandbox/start-sandbox.ts";

interface Caller {
  call(name: string, args?: Record<string, unknown>): Promise<{ text: string; isError: boolean }>;
}

/** Signs alice in as a person does: asks, approves the link, asks again. Gives every text of the way. */
export async function signInByLink(client: Caller, sandbox: Sandbox): Promise<string[]> {
  const texts = [(await client.call("whoami")).text, (await client.call("list_projects")).text];
  await sandbox.approve(/user_code=([\w-]+)/.exec(texts.join("\n"))?.[1] ?? "no code");
  for (let tries = 0; tries < 5; tries += 1) {
    const { text, isError } = await client.call("sign_in", { wait_seconds: 25 });
    texts.push(text);
    if (isError) break;
    if (text.startsWith("Signed in")) return texts;
  }
  throw new Error(`The sign-in did not come about:\n${texts.join("\n")}`);
}
