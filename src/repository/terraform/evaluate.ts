/** What reading a repository needs of HCL's values: expressions, variable types, and texts that hold YAML. */
export { evaluate } from "./evaluation.ts";
export { convertTo } from "./type-constraint.ts";
export { decodeYaml } from "./yaml-decode.ts";
