// Where people get the program from. Until the name is ours on npm, no text may tell anybody to run it by npx:
// whoever registers the name first would get people's keys.

export interface Publication {
  /** The account on GitHub under which the project is published. */
  owner: string;
  /** Whether the package `kaneo-mcp` on npm is ours. */
  isOnNpm: boolean;
}

export const publication: Publication = { owner: "OWNER", isOnNpm: false };

/** Without a slash at its end. */
export function repositoryUrl({ owner }: Publication): string {
  return `https://github.com/${owner}/kaneo-mcp`;
}

/** The address of a file of the release of `version`. */
export function releaseFile(file: string, version: string, from: Publication): string {
  return `${repositoryUrl(from)}/releases/download/v${version}/${file}`;
}

/** What `npx -y` is given to run exactly this version: the name where it is ours, else the release's tarball. */
export function npxPackage(version: string, from: Publication): string {
  return from.isOnNpm
    ? `kaneo-mcp@${version}`
    : releaseFile(`kaneo-mcp-${version}.tgz`, version, from);
}
