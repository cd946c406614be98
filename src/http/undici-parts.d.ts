// Imported one by one, undici bundles to half the size of its index. Its deep modules come without types.
declare module "undici/lib/dispatcher/pool.js" {
  import { Pool } from "undici";
  export = Pool;
}
declare module "undici/lib/dispatcher/env-http-proxy-agent.js" {
  import { EnvHttpProxyAgent } from "undici";
  export = EnvHttpProxyAgent;
}
declare module "undici/lib/api/api-connect.js" {
  import type { Dispatcher } from "undici";

  function connect(
    this: Dispatcher,
    options: Dispatcher.ConnectOptions,
  ): Promise<Dispatcher.ConnectData>;
  export = connect;
}
declare module "undici/lib/api/api-upgrade.js" {
  import type { Dispatcher } from "undici";

  function upgrade(
    this: Dispatcher,
    options: Dispatcher.UpgradeOptions & { origin: string },
  ): Promise<Dispatcher.UpgradeData>;
  export = upgrade;
}
