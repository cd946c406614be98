import { KaneoMcpError, type SignInPage } from "../errors.ts";
import { isExposed, isLoopback } from "../http/base-url.ts";
import type { Code } from "./records.ts";
import type { SignInOptions } from "./sign-in-options.ts";

/** In characters. */
const LONGEST_LINK = 2_048;
const USER_CODE = /^[A-Za-z0-9-]{4,32}$/;

type LinkToCheck = Pick<Code, "verificationUri" | "verificationUriComplete" | "userCode">;

export type LinkRules = Pick<SignInOptions, "baseUrl" | "allowInsecureHttp">;

/**
 * Checks a link that a server wants the person to open and trust (RFC 8628 §5.4, §5.7). Gives it in its normal form, with what
 * the person should know before opening it.
 *
 * @throws KaneoMcpError "unexpected" when it must not be shown.
 */
export function checkVerificationLink(
  { verificationUri, verificationUriComplete, userCode }: LinkToCheck,
  rules: LinkRules,
): Pick<SignInPage, "link" | "warning"> {
  const refuse = (reason: string) => refusedLink(rules.baseUrl, reason);
  if (!USER_CODE.test(userCode)) throw refuse("its code has characters that a code cannot have");
  const page = readLink(verificationUri, rules);
  const complete = readLink(verificationUriComplete, rules);
  if (complete.origin !== page.origin || complete.pathname !== page.pathname) {
    throw refuse("the link with the code leads elsewhere than the one without");
  }
  if (codesIn(complete).some((code) => plain(code) !== plain(userCode))) {
    throw refuse("the code in it is not the one that it came with");
  }
  return { link: complete.href, warning: warningFor(complete, rules.baseUrl) };
}

/**
 * Where Kaneo's web page begins, by its page of device codes: the link of a sign-in, or where Kaneo sends a browser that opens
 * the route of these codes. Kaneo makes both of KANEO_CLIENT_URL (auth.ts, index.ts). Undefined where it is not that, or leads
 * to a host that a person would be warned of.
 *
 * @throws KaneoMcpError "unexpected" for an address that must not be shown.
 */
export function webPageOf(page: string, rules: LinkRules): string | undefined {
  const link = readLink(page, rules);
  if (warningFor(link, rules.baseUrl) !== undefined) return undefined;
  const above = link.href.replace(/\/device(?:[?#].*)?$/s, "");
  return above === link.href ? undefined : above;
}

/** What a page may take for the code: the person compares with the one that is shown, not with the address. */
function codesIn({ searchParams, hash }: URL): string[] {
  const all = [...searchParams, ...new URLSearchParams(hash.slice(1))];
  const named = all.filter(([name]) => /^(user)?code$/i.test(name.replaceAll(/[-_]/g, "")));
  return named.map(([, code]) => code);
}

/** RFC 8628 §6.1: dashes and case are for the eye. */
function plain(code: string): string {
  return code.replaceAll("-", "").toUpperCase();
}

function readLink(text: string, { baseUrl, allowInsecureHttp }: LinkRules): URL {
  const refuse = (reason: string) => refusedLink(baseUrl, reason);
  if (text.length > LONGEST_LINK) throw refuse("it is longer than 2,048 characters");
  if (!URL.canParse(text)) throw refuse("it is not a web address");
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw refuse(`it starts with "${url.protocol}" and not with "https:"`);
  }
  if (isExposed(url, allowInsecureHttp)) {
    throw refuse(`it leads to ${url.host} without encryption (http)`);
  }
  if (url.username !== "" || url.password !== "") throw refuse("it carries a user name");
  return url;
}

function refusedLink(baseUrl: string, reason: string): KaneoMcpError {
  const why = `Kaneo at ${new URL(baseUrl).host} offered a sign-in link that is not safe to open: ${reason}. It is not shown here.`;
  return new KaneoMcpError("unexpected", why, {
    hint: "Check KANEO_API_URL; if it is right, tell the operator of that Kaneo.",
  });
}

function warningFor(link: URL, baseUrl: string): string | undefined {
  const api = new URL(baseUrl);
  if (isLoopback(link.hostname) && !isLoopback(api.hostname)) {
    return (
      `The link leads to this computer (${link.host}) although Kaneo is at ${api.host}, so it will probably not open. ` +
      "The operator of that Kaneo has to set KANEO_CLIENT_URL to the address of its web app."
    );
  }
  if (isRelated(link.hostname, api.hostname)) return undefined;
  return (
    `The link leads to ${link.host}, which is not obviously part of ${api.host}. ` +
    "Open it only if you know that address as your Kaneo."
  );
}

/** Whether two hosts look like one operator's: the same, both this machine, or with a parent domain in common. */
function isRelated(one: string, other: string): boolean {
  if (one === other || (isLoopback(one) && isLoopback(other))) return true;
  if (isAddress(one) || isAddress(other)) return false;
  const [ones, others] = [one.split(".").reverse(), other.split(".").reverse()];
  const differing = ones.findIndex((label, index) => label !== others[index]);
  const shared = differing === -1 ? ones.length : differing;
  return shared >= labelsOfDomain(ones);
}

/** How many labels make a domain that one owner has; an estimate, since it only decides about a warning. */
function labelsOfDomain([top = "", second = ""]: string[]): number {
  return top.length === 2 && second.length <= 3 ? 3 : 2;
}

function isAddress(hostname: string): boolean {
  return hostname.startsWith("[") || /^[\d.]+$/.test(hostname);
}
