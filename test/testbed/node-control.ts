import type { Runtime } from "./runtimes.ts";

/** What a node keeps running. */
export type Service = "kubelet" | "containerd";

export const services: readonly Service[] = ["kubelet", "containerd"];

/** What can be made to fail on a node. `kill`: runc cannot kill a container whose init runs. */
export type Fault = "kill";

export const faults: readonly Fault[] = ["kill"];

/** How one node is started and reached: all that the bed has to know of what a node is made of. */
export interface NodeControl {
  /** As it is on this node. */
  readonly runtime: Runtime;
  /** Milliseconds after which it is not waited for any longer that the node has started. */
  readonly patience: number;
  /** Writes what the node starts from. Once, before its first start. */
  prepare(): Promise<void>;
  /** The command that runs as long as the node does. */
  startCommand(): string[];
  /** The process, on this machine, that takes the node with it when it ends. Throws where the node is not running. */
  mainProcess(): number;
  /** The command, for this machine, that runs a program on the node as root. */
  execCommand(argv: readonly string[], options?: ExecOptions): string[];
  /** The id of a service's process, on this machine or on the node; `null` between its end and its next start. */
  servicePid(service: Service): Promise<number | null>;
  /** Ends a service, so that it is started again. */
  restartService(service: Service): Promise<void>;
  /** Makes what programs have written so far outlive a power cut. */
  flush(): Promise<void>;
  /** The last lines of what a service printed. */
  serviceLog(service: Service): Promise<string>;
  /** A fault stays on over a restart and a reboot, until it is put off. */
  setFault(fault: Fault, on: boolean): Promise<void>;
  hasFault(fault: Fault): Promise<boolean>;
}

export interface ExecOptions {
  /** The program is to talk to this process's terminal. Default: no. */
  readonly terminal?: boolean;
}
