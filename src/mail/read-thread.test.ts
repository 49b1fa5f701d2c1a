import { describe, expect, it } from 'vitest';
import { AS_IT_IS, chosenCandidates, readThread } from './read-thread.js';
import { mboxText } from './testing/mail-text.js';

const DIFF = 'diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n';

function thread() {
  const mails = [1, 2, 3].map((n) => ({
    id: `${n}@x`,
    subject: `[PATCH v${n}] f: Fix`,
    text: DIFF.replace('+b', `+${n}`),
  }));
  const bytes = Buffer.from(mboxText(...mails), 'latin1');
  return readThread([{ kind: 'file', file: { path: 'x', bytes } }], null, AS_IT_IS).candidates;
}

describe('which candidates a run takes', () => {
  const ids = (...args: Parameters<typeof chosenCandidates>): string[] | string => {
    const chosen = chosenCandidates(...args);
    return chosen.ok ? chosen.value.map((each) => each.id) : chosen.error.message;
  };
  it('the newest revision, another one, or what is named', () => {
    expect(ids(thread(), [], null)).toEqual(['ann-author-v3']);
    expect(ids(thread(), [], 2)).toEqual(['ann-author-v2']);
    expect(ids(thread(), ['ann-author'], null)).toEqual(['ann-author']);
    expect(ids(thread(), ['ann-author'], 2)).toEqual(['ann-author']);
  });
  it('and says what there is when there is no such thing', () => {
    expect(ids(thread(), [], 4)).toBe('the thread has no revision 4');
    expect(ids(thread(), ['bob'], null)).toBe('the thread has no candidate bob');
  });
});
