/** Environment variables by name; only those about proxies are looked at. */
export type ProxyEnv = Readonly<Record<string, string | undefined>>;

/** What the proxy variables say; "" means no proxy. Lower case wins, as in curl. */
export interface ProxySettings {
  httpProxy: string;
  httpsProxy: string;
  noProxy: string;
}

/** Reads `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`; undefined when no proxy is set. */
export function readProxySettings(env: ProxyEnv): ProxySettings | undefined {
  const read = (name: string) => env[name.toLowerCase()] ?? env[name] ?? "";
  const httpProxy = read("HTTP_PROXY");
  const httpsProxy = read("HTTPS_PROXY");
  if (!httpProxy && !httpsProxy) return undefined;
  return { httpProxy, httpsProxy, noProxy: read("NO_PROXY") };
}
