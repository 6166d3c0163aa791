import type { Rule } from "../../rule.ts";
import { tagFindings } from "../../findings/image-tags.ts";

export const rule: Rule = {
  id: "IMG003",
  name: "image-without-digest",
  title: "An image has an exact tag, but no digest",
  severity: "off",
  severityNote: "runs when holdfast.yaml gives it a severity; its own is low",
  fix: "none",
  check(audited) {
    return tagFindings(audited, {
      rule: "IMG003",
      severity: "low",
      classes: ["exact"],
      what: (image) => `image ${image} has no digest`,
      why: (trigger) => `${trigger} changes what the next pull gets`,
      do: "add the digest that the tag names now: <image>:<tag>@sha256:<digest>",
    });
  },
};
