import type { buildConnector, Dispatcher } from "undici";
import connectThrough from "undici/lib/api/api-connect.js";
import EnvHttpProxyAgent from "undici/lib/dispatcher/env-http-proxy-agent.js";
import Pool from "undici/lib/dispatcher/pool.js";
import { codeOf, KaneoMcpError } from "../errors.ts";
import type { ProxySettings } from "./transport.ts";

/**
 * A dispatcher that goes through the proxy unless `NO_PROXY` names the host: in a tunnel for https, as a plain forward
 * for http, since many proxies open tunnels to port 443 only.
 *
 * @throws KaneoMcpError "config" when a proxy's address cannot be used.
 */
export function openProxyDispatcher(proxies: ProxySettings, connections: Pool.Options): Dispatcher {
  try {
    return new EnvHttpProxyAgent({
      ...connections,
      ...proxies,
      proxyTunnel: false,
      factory: openPool,
      // Only undici's index gives its dispatchers the method that opens a tunnel.
      clientFactory: (origin, options) =>
        Object.assign(openPool(origin, options), { connect: connectThrough }),
    });
  } catch (cause) {
    const why = "The proxy set in HTTPS_PROXY, HTTP_PROXY or ALL_PROXY cannot be used.";
    throw new KaneoMcpError("config", why, {
      hint: "Give it as a URL, such as http://proxy.example.org:3128 or socks5://proxy.example.org:1080.",
      cause,
    });
  }
}

function openPool(origin: URL, options: Pool.Options): Pool {
  const { connect } = options;
  if (typeof connect !== "function") return new Pool(origin, options);
  return new Pool(origin, { ...options, connect: failingOnce(connect) });
}

/**
 * Undici takes the loss of a socket while connecting for the loss of an idle one and connects again, for ever when a
 * proxy hangs up on every tunnel. Under another code it fails the request instead.
 */
function failingOnce(connect: buildConnector.connector): buildConnector.connector {
  return (target, callback) =>
    connect(target, (...[error, socket]) => {
      if (!error) callback(null, socket);
      else
        callback(Object.assign(new Error(error.message, { cause: error }), codeFor(error)), null);
    });
}

function codeFor(error: Error): { code: string } {
  const code = codeOf(error) || error.name;
  return { code: code === "UND_ERR_SOCKET" || code === "UND_ERR_INFO" ? "proxy_closed" : code };
}
