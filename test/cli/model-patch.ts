/** Mails with a small edit of the model tree, as a list carries them. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const MMU = 'arch/x86/kvm/mmu';

export function mail(diff: string, subject = '[PATCH] KVM: x86/mmu: One thing'): string {
  return `From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001
From: A U Thor <author@example.org>
Date: Tue, 1 Oct 2024 10:00:00 +0000
Subject: ${subject}
Message-ID: <one@example.org>

Does one thing.

Signed-off-by: A U Thor <author@example.org>
---

${diff}--${' '}
2.39.5
`;
}

/** A mail whose diff replaces `find`, which stands once in the file, by `replace`. */
export function editMail(path: string, find: string, replace: string, subject?: string): string {
  return mail(editDiff(path, find, replace), subject);
}

export interface Edit {
  readonly path: string;
  readonly find: string;
  readonly replace: string;
}

/** A series as an mbox: each edit on what the one before leaves; a text is a diff of its own. */
export function editSeries(edits: readonly (Edit | string)[]): string {
  const texts = new Map<string, string>();
  const total = edits.length;
  const mails = edits.map((edit, at) => {
    const subject = `[PATCH ${at + 1}/${total}] KVM: Step ${at + 1}`;
    const numbered = (diff: string): string => mail(diff, subject).replace('<one@', `<${at + 1}@`);
    if (typeof edit === 'string') return numbered(edit);
    const { path, find, replace } = edit;
    const before = texts.get(path) ?? modelText(path);
    const after = edited(path, before, find, replace);
    texts.set(path, after);
    return numbered(diffTexts(path, before, after));
  });
  return mails.join('\n');
}

export function editDiff(path: string, find: string, replace: string): string {
  return textDiff(path, modelText(path), find, replace);
}

/** The same for a file with any text. */
export function textDiff(path: string, before: string, find: string, replace: string): string {
  return diffTexts(path, before, edited(path, before, find, replace));
}

function edited(path: string, before: string, find: string, replace: string): string {
  if (before.split(find).length !== 2) throw new Error(`${find} does not stand once in ${path}`);
  return before.replace(find, () => replace);
}

function diffTexts(path: string, before: string, after: string): string {
  const old = before.split('\n');
  const now = after.split('\n');
  let first = 0;
  while (old[first] === now[first]) first++;
  let same = 0;
  while (old.at(-1 - same) === now.at(-1 - same)) same++;
  const removed = old.slice(first, old.length - same);
  const added = now.slice(first, now.length - same);
  const lead = old.slice(Math.max(0, first - 3), first);
  const trail = old.slice(old.length - same, old.length - same + 3);
  const from = first - lead.length + 1;
  const context = lead.length + trail.length;
  return [
    `diff --git a/${path} b/${path}`,
    `--- a/${path}`,
    `+++ b/${path}`,
    `@@ -${from},${context + removed.length} +${from},${context + added.length} @@`,
    ...lead.map((line) => ` ${line}`),
    ...removed.map((line) => `-${line}`),
    ...added.map((line) => `+${line}`),
    ...trail.map((line) => ` ${line}`),
    '',
  ].join('\n');
}

export function modelText(path: string): string {
  return readFileSync(
    fileURLToPath(new URL(`../../fixtures/linux/${path}`, import.meta.url)),
    'utf8',
  );
}
