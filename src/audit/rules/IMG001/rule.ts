import type { Rule } from "../../rule.ts";
import { tagFindings } from "../../findings/image-tags.ts";

export const rule: Rule = {
  id: "IMG001",
  name: "image-with-moving-tag",
  title: "An image has a tag that is made to be moved, or none",
  severity: "medium",
  fix: "none",
  check(audited) {
    return tagFindings(audited, {
      rule: "IMG001",
      severity: "medium",
      classes: ["mutable", "absent"],
      what: (image, { tag }) =>
        tag === null ? `image ${image} has no tag, which means "latest"` : `image ${image} has a moving tag`,
      do: "an exact tag, best with its digest: <image>:<version>@sha256:<digest>",
    });
  },
};
