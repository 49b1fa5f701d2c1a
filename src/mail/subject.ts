/** Subjects as they are on a kernel list: `Re: [RFC PATCH net-next v3 2/7] KVM: x86: Do something`. */

export interface Subject {
  /** Without prefixes and tags. */
  readonly title: string;
  readonly reply: boolean;
  /** The mail says that it is a patch. */
  readonly patch: boolean;
  /** `[PATCH RESEND]`. */
  readonly resent: boolean;
  /** 1 where none is given. */
  readonly revision: number;
  /** `2/7`; null for a patch that stands alone. 0 is the cover letter. */
  readonly part: { readonly number: number; readonly total: number } | null;
}

export function parseSubject(text: string): Subject {
  let rest = text.trim();
  let reply = false;
  let patch = false;
  let resent = false;
  let revision = 1;
  let part: Subject['part'] = null;
  for (;;) {
    const prefix = /^(?:re|aw|sv|antw|fwd?|回复|答复)\s*(?:\[\d+\])?\s*[::]\s*/i.exec(rest);
    if (prefix !== null) {
      reply = true;
      rest = rest.slice(prefix[0].length);
      continue;
    }
    const tag = /^\[([^\]]*)\]\s*/.exec(rest);
    if (tag === null) break;
    rest = rest.slice(tag[0].length);
    const words = (tag[1] ?? '').split(/[\s,]+/);
    // `[PATCH V2 1/3]`, `[PATCHv2]`, `[RFC PATCH 1/3 v2]`, `[PATCH RESEND]`, `[RFC v2 1/3]`.
    const patchTag = words.some((word) => /^(patch|rfc)(v\d+)?$/i.test(word));
    if (!patchTag) continue;
    patch = true;
    if (words.some((word) => /^resend|resent$/i.test(word))) resent = true;
    for (const word of words) {
      const version = /^(?:patch|rfc)?v(\d{1,4})(?:\.\d+)?$/i.exec(word);
      if (version !== null) revision = Number(version[1]);
      const numbers = /^(\d{1,4})\/(\d{1,4})$/.exec(word);
      if (numbers !== null) part = { number: Number(numbers[1]), total: Number(numbers[2]) };
    }
  }
  return { title: rest.trim(), reply, patch, resent, revision, part };
}
