/** Which process this is, for files that several processes share. */
export interface ProcessIdentity {
  pid: number;
  host: string;
  /** The pid namespace (`readlink /proc/self/ns/pid`): pids of another one say nothing here. Undefined where there is none. */
  namespace: string | undefined;
  /** Undefined on Windows, where files have no owner to compare. */
  uid: number | undefined;
  /** Whether a process with that pid exists on this host and in this namespace. */
  isAlive(pid: number): boolean;
}
