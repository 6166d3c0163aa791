import type { KindName } from "../../model/cluster-objects.ts";
import type { Closing, Content, ContentKind, Header, Opening, Unread, Warning } from "../format/format.ts";

/** What a line of a snapshot says, after all that can be checked of it was. */
export type SnapshotEvent =
  | { readonly event: "header"; readonly header: Header }
  /** A line of the section that is open. `bytes` is its length. */
  | {
      readonly event: "content";
      readonly section: Opening;
      readonly kind: ContentKind;
      readonly content: Content;
      readonly bytes: number;
    }
  /** The section has as many lines as were written. */
  | { readonly event: "close"; readonly closing: Closing }
  | { readonly event: "unread"; readonly unread: Unread }
  | { readonly event: "warning"; readonly warning: Warning }
  | { readonly event: "not-served"; readonly kind: KindName }
  /** A line that a later version writes, and that may be passed over. */
  | { readonly event: "unknown" }
  | EndEvent;

/** The file is whole and is what was written. Until this came nothing of it may be used. */
export interface EndEvent {
  readonly event: "end";
  /** All of them. */
  readonly lines: number;
  readonly bytes: number;
  /** Of all lines before the last. */
  readonly sha256: string;
}
