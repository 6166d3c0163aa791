/** The module that generated expressions stand in, and its files. */
export const fixtureFiles: ReadonlyMap<string, string> = new Map([
  [
    "main.tf",
    `
locals {
  s      = "alpha"
  s2     = "Beta-2_x y"
  empty  = ""
  multi  = "a: 1\\nb: two\\n"
  uni    = "h\\u00e9llo \\u65e5"
  n      = 3
  f      = 2.5
  big    = 12345678901234567890
  neg    = -4
  t      = true
  z      = null
  ls     = ["b", "a", "c", "a"]
  ln     = [3, 1, 2]
  mixed  = [1, "a", true, null]
  m      = { k1 = "v1", k2 = "v2" }
  obj    = { name = "x", version = "1.2.3", n = 1, on = true, none = null, inner = { a = [1, 2], b = "deep" } }
  objs   = [{ name = "a", n = 1 }, { name = "b", n = 2 }]
  el     = []
  em     = {}
  tl     = tolist(["x", "y"])
  ts     = toset(["q", "p"])
  tn     = tolist([1, 2.5])
  tm     = tomap({ a = "1", b = "2" })
  yaml   = yamldecode(file("values.yaml"))
  json   = jsondecode(file("data.json"))
  text   = <<-EOT
    image:
      tag: "\${local.obj.version}"
      repo: \${local.s}/web
    list:
      - \${local.n}
      - b
  EOT
  ut     = "pre-\${var.u_text}-post"
  um     = { a = var.u_text, b = "known", c = [var.u_number, 1] }
  uy     = <<-EOT
    tag: \${var.u_text}
    fixed: "1.2.3"
    deep:
      a: 1
      b: \${var.u_number}
  EOT
  uz     = <<-EOT
    a: 1
    deep:
      x: 1
      \${var.u_lines}
    list:
      - p
    \${var.u_lines}
    b: 2
  EOT
  um2    = merge({ x = 1, y = "q" }, var.u_map, { z = "last" })
}
variable "typed" {
  type = object({
    name    = string
    version = optional(string, "0.1.0")
    count   = optional(number, 2)
    tags    = optional(map(string), { a = "b" })
    deep    = optional(object({ x = optional(string, "dx"), y = optional(bool) }), {})
  })
  default = { name = "t", extra = "dropped" }
}
variable "list" {
  type    = list(object({ name = string, on = optional(bool, true) }))
  default = [{ name = "one" }, { name = "two", on = false }]
}
variable "settings" {
  type    = map(any)
  default = { a = 1, b = "two" }
}
variable "numbers" {
  type    = list(string)
  default = [1, 2.50, true]
}
variable "set" {
  type    = set(string)
  default = ["z", "y", "z"]
}
variable "null_text" {
  type    = string
  default = null
}
variable "any" {
  default = { a = [1, "2"], b = null }
}
variable "version" {
  default = "9.8.7"
}
variable "u_lines" {
  type = string
}
variable "u_text" {
  type = string
}
variable "u_number" {
  type = number
}
variable "u_list" {
  type = list(string)
}
variable "u_map" {
  type = map(string)
}
variable "u_any" {
  type = any
}
`.replace('variable "version"', 'variable "chart"'),
  ],
  [
    "values.yaml",
    "# values\nimage:\n  repository: ghcr.io/x/y\n  tag: 1.10\n  port: 8080\nyes: no\nenabled: true\nempty:\nlist:\n  - a\n  - 'b'\n  - \"1\"\ndate: 2024-01-02\ntext: |\n  one\n  two\nfolded: >-\n  x\n  y\n",
  ],
  ["data.json", '{"name":"js","items":[1,2.50,null,{"k":"<v>"}],"big":12345678901234567890,"t":true}\n'],
  [
    "greeting.tftpl",
    "Hello ${name}!%{ for item in items }\n- ${item}%{ endfor }\n%{ if on ~}\n  on\n%{ else ~}\n  off\n%{ endif ~}\n",
  ],
  ["dir/a.txt", "text of a\n"],
  ["dir/b.yaml", "b: 1\n"],
  ["dir/sub/c.yaml", "c: 2\n"],
]);

/** Values for the variables without one: what is told without them has to hold with each of these. */
export const assignments: readonly (readonly string[])[] = [
  [
    "u_text=zeta",
    "u_lines=extra: 1",
    "u_number=7",
    'u_list=["q","a"]',
    'u_map={k1="x",x="9"}',
    'u_any={a=1,b="x",name="n"}',
  ],
  ["u_text=", "u_lines=", "u_number=-2.5", "u_list=[]", "u_map={}", 'u_any=["1",2]'],
  ["u_text=1: {", "u_lines=a: 9", "u_number=0", 'u_list=["b"]', 'u_map={z="zz",a="q"}', "u_any=true"],
];
