/** By which a person, or what started this process, asks it to end. */
export const stoppingSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
