import type { Rule } from "../../rule.ts";
import { tagFindings } from "../../findings/image-tags.ts";

export const rule: Rule = {
  id: "IMG002",
  name: "image-with-partial-tag",
  title: "An image has a tag that names only the start of a version",
  severity: "low",
  fix: "none",
  check(audited) {
    return tagFindings(audited, {
      rule: "IMG002",
      severity: "low",
      classes: ["partial"],
      what: (image) => `image ${image} follows later versions`,
      do: "the whole version, best with its digest: <image>:<version>@sha256:<digest>",
    });
  },
};
