import type { Random } from "./random.ts";

/** How a release writes its version, and the share of each form in percent. */
export const versionForms = [
  ["literal", 37],
  ["object", 34],
  ["moduleCall", 8],
  ["variable", 6],
  ["local", 5],
  ["each", 3],
  ["conditional", 2.5],
  ["absent", 4.5],
] as const;

type VersionForm = (typeof versionForms)[number][0];

export interface Stack {
  readonly index: number;
  readonly environment: number;
  readonly form: VersionForm;
}

/** One stack: the release in its form, and what stands beside it in most repositories. */
export function stackFiles(stack: Stack, random: Random): Record<string, string> {
  const directory = `environments/env-${stack.environment}/${nameOf(stack)}`;
  return {
    [`${directory}/main.tf`]: mainFile(stack, random),
    [`${directory}/variables.tf`]: variablesFile(random),
    [`${directory}/versions.tf`]: providersFile,
    [`${directory}/.terraform.lock.hcl`]: lockFile(random),
  };
}

/** The file that `object` stacks of one environment decode, with an entry for each of them. */
export function versionsFile(environment: number, stacks: number, random: Random): [path: string, text: string] {
  const first = environment * stacks;
  const charts = Array.from({ length: stacks }, (_, at) => {
    return `  ${nameOf({ index: first + at })}: { version: "${versionText(random)}", repository: https://charts.example.org }\n`;
  });
  return [`environments/env-${environment}/charts.yaml`, `charts:\n${charts.join("")}`];
}

/** The module that `moduleCall` stacks call. */
export function releaseModule(random: Random): Record<string, string> {
  return {
    "modules/release/main.tf": [
      `resource "kubernetes_namespace" "this" {\n  metadata {\n    name = var.namespace\n  }\n}\n`,
      releaseBlock({
        label: "this",
        name: "var.name",
        namespace: "kubernetes_namespace.this.metadata[0].name",
        version: "var.chart_version",
      }),
    ].join("\n"),
    "modules/release/variables.tf": [
      ["name", undefined],
      ["namespace", undefined],
      ["chart_version", versionText(random)],
    ]
      .map(([name, value]) => variableBlock(name ?? "", value))
      .join("\n"),
  };
}

const nameOf = ({ index }: { readonly index: number }): string => `service-${index}`;
const versionText = (random: Random): string =>
  `${random.between(0, 20)}.${random.between(0, 30)}.${random.between(0, 12)}`;

function mainFile(stack: Stack, random: Random): string {
  const blocks = [versionBlocks(stack, random), namespaceBlock];
  let length = blocks.join("").length;
  for (let at = 0; length < 4200; at += 1) {
    const block = random.pick([secretBlock, configBlock, ruleBlock])(at, random);
    blocks.push(block);
    length += block.length;
  }
  return blocks.join("\n");
}

function versionBlocks(stack: Stack, random: Random): string {
  const name = nameOf(stack);
  const literal = `"${versionText(random)}"`;
  const release = (version: string | null, more: string = ""): string =>
    releaseBlock({
      label: "this",
      name: `"${name}"`,
      namespace: "kubernetes_namespace.this.metadata[0].name",
      version,
      more,
    });
  switch (stack.form) {
    case "literal":
      return release(literal);
    case "absent":
      return release(null);
    case "variable":
      return `${variableBlock("chart_version", literal.slice(1, -1))}\n${release("var.chart_version")}`;
    case "local":
      return `locals {\n  chart_version = ${literal}\n}\n\n${release("local.chart_version")}`;
    case "conditional":
      return release(`try(local.overrides.version, var.environment == "production" ? ${literal} : "1.0.0")`);
    case "each":
      return [
        `locals {\n  charts = {\n    ${name} = { version = ${literal} }\n    ${name}-edge = { version = "2.0.1" }\n  }\n}\n`,
        releaseBlock({
          label: "this",
          name: "each.key",
          namespace: `"${name}"`,
          version: "each.value.version",
          more: "  for_each = local.charts\n",
        }),
      ].join("\n");
    case "object":
      return [
        `locals {\n  shared = yamldecode(file("\${path.module}/../charts.yaml"))\n`,
        `  chart  = merge({ atomic = true, timeout = 300 }, local.shared.charts["${name}"])\n}\n\n`,
        release(`local.chart["version"]`),
      ].join("");
    case "moduleCall":
      return [
        `module "release" {\n  source        = "../../../modules/release"\n  name          = "${name}"\n`,
        `  namespace     = "${name}"\n${random.between(0, 1) === 0 ? `  chart_version = ${literal}\n` : ""}}\n`,
      ].join("");
  }
}

interface ReleaseParts {
  readonly label: string;
  readonly name: string;
  readonly namespace: string;
  readonly version: string | null;
  readonly more?: string;
}

function releaseBlock({ label, name, namespace, version, more = "" }: ReleaseParts): string {
  return `resource "helm_release" "${label}" {
${more}  name             = ${name}
  repository       = "https://charts.example.org"
  chart            = "application"
${version === null ? "" : `  version          = ${version}\n`}  namespace        = ${namespace}
  create_namespace = false
  atomic           = true

  values = [yamlencode({
    image = { repository = "registry.example.org/application", tag = "1.4.2" }
    resources = {
      requests = { cpu = "50m", memory = "128Mi" }
      limits   = { memory = "256Mi" }
    }
  })]

  set {
    name  = "replicaCount"
    value = 2
  }
}
`;
}

const namespaceBlock = `resource "kubernetes_namespace" "this" {
  metadata {
    name   = "\${var.environment}-applications"
    labels = { team = var.team, managed-by = "terraform" }
  }
}
`;

function secretBlock(at: number, random: Random): string {
  return `resource "kubernetes_secret" "credentials_${at}" {
  metadata {
    name      = "credentials-${at}"
    namespace = kubernetes_namespace.this.metadata[0].name
  }

  data = {
    username = "application-${random.between(1, 999)}"
    endpoint = format("https://%s.example.org:%d", var.environment, ${random.between(1024, 9999)})
  }
}
`;
}

function configBlock(at: number, random: Random): string {
  return `resource "kubernetes_config_map" "settings_${at}" {
  metadata {
    name      = "settings-${at}"
    namespace = kubernetes_namespace.this.metadata[0].name
  }

  data = {
    "settings.ini" = <<-EOT
      [server]
      port = ${random.between(1024, 9999)}
      # one line for each worker
      workers = \${var.environment == "production" ? 8 : 2}
      log = /var/log/application-${at}.log
    EOT
  }
}
`;
}

function ruleBlock(at: number, random: Random): string {
  return `resource "aws_security_group_rule" "rule_${at}" {
  type              = "ingress"
  from_port         = ${random.between(1, 1024)}
  to_port           = ${random.between(1025, 9999)}
  protocol          = "tcp"
  cidr_blocks       = [for subnet in var.subnets : cidrsubnet(subnet, 4, ${at})]
  security_group_id = var.security_group
  description       = "from the subnets of \${var.team}, rule ${at}"
}
`;
}

function variablesFile(random: Random): string {
  const declared: [string, string | undefined][] = [
    ["environment", random.pick(["production", "staging"])],
    ["team", "platform"],
    ["security_group", undefined],
    ["region", "eu-central-1"],
    ["domain", "example.org"],
    ["cluster", undefined],
    ["log_level", "info"],
  ];
  const lists = `variable "subnets" {\n  description = "Networks that reach the service."\n  type        = list(string)\n  default     = ["10.0.0.0/16", "10.1.0.0/16"]\n}\n`;
  return [...declared.map(([name, value]) => variableBlock(name, value)), lists].join("\n");
}

function variableBlock(name: string, value: string | undefined): string {
  const preset = value === undefined ? "" : `  default     = "${value}"\n`;
  return `variable "${name}" {\n  description = "What ${name.replaceAll("_", " ")} this stack is applied with, see the runbook."\n  type        = string\n${preset}}\n`;
}

const providersFile = `terraform {
  required_version = ">= 1.6"

  required_providers {
    helm = {
      source  = "hashicorp/helm"
      version = "~> 2.17"
    }
    kubernetes = {
      source  = "hashicorp/kubernetes"
      version = "~> 2.35"
    }
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.80"
    }
  }
}

provider "helm" {
  kubernetes {
    config_path = "~/.kube/config"
  }
}
`;

function lockFile(random: Random): string {
  const hash = (): string =>
    Array.from({ length: 8 }, () => random.between(0, 0xffffff).toString(16).padStart(6, "0")).join("");
  const provider = (name: string, version: string): string => {
    const hashes = Array.from({ length: 8 }, () => `    "zh:${hash()}",\n`).join("");
    return `provider "registry.terraform.io/hashicorp/${name}" {\n  version     = "${version}"\n  constraints = "~> ${version.slice(0, -2)}"\n  hashes = [\n${hashes}  ]\n}\n`;
  };
  return [provider("helm", "2.17.0"), provider("kubernetes", "2.35.1"), provider("aws", "5.80.0")].join("\n");
}
