/** A parsed diff as text again: what a witness carries so that it is complete in itself. Bytes as Latin-1. */
import type { FileDiff, Hunk } from './file-diff.js';

export function printDiff(files: readonly FileDiff[]): string {
  return files.map((file) => headerOf(file) + file.hunks.map(printHunk).join('')).join('');
}

function headerOf(file: FileDiff): string {
  const from = 'from' in file.change ? file.change.from : file.path;
  const lines = [`diff --git ${quoted(`a/${from}`)} ${quoted(`b/${file.path}`)}`];
  switch (file.change.kind) {
    case 'create':
      lines.push(`new file mode ${file.newMode ?? '100644'}`);
      break;
    case 'delete':
      lines.push(`deleted file mode ${file.oldMode ?? '100644'}`);
      break;
    case 'rename':
    case 'copy':
      pushModes(file, lines);
      if (file.change.similarity !== null)
        lines.push(`similarity index ${file.change.similarity}%`);
      lines.push(`${file.change.kind} from ${quoted(from)}`);
      lines.push(`${file.change.kind} to ${quoted(file.path)}`);
      break;
    case 'modify':
    case 'modify-or-create':
      pushModes(file, lines);
      break;
  }
  if (file.oldBlob !== null && file.newBlob !== null)
    lines.push(`index ${file.oldBlob}..${file.newBlob}`);
  if (file.hunks.length > 0) {
    lines.push(`--- ${file.change.kind === 'create' ? '/dev/null' : quoted(`a/${from}`)}`);
    lines.push(`+++ ${file.change.kind === 'delete' ? '/dev/null' : quoted(`b/${file.path}`)}`);
  }
  return lines.join('\n') + '\n';
}

function pushModes(file: FileDiff, lines: string[]): void {
  if (file.oldMode === null || file.newMode === null || file.oldMode === file.newMode) return;
  lines.push(`old mode ${file.oldMode}`, `new mode ${file.newMode}`);
}

const SIGNS = { context: ' ', removed: '-', added: '+' } as const;

function printHunk(hunk: Hunk): string {
  const heading =
    `@@ -${range(hunk.oldStart, hunk.oldCount)} +${range(hunk.newStart, hunk.newCount)} @@` +
    (hunk.section === '' ? '' : ` ${hunk.section.trim()}`);
  const lines = hunk.lines.map(({ kind, text }) =>
    text.endsWith('\n')
      ? `${SIGNS[kind]}${text}`
      : `${SIGNS[kind]}${text}\n\\ No newline at end of file\n`,
  );
  return `${heading}\n${lines.join('')}`;
}

function range(start: number, count: number): string {
  return count === 1 ? String(start) : `${start},${count}`;
}

/** C-style quoting as git does for names with special bytes: what it prints is ASCII. */
function quoted(name: string): string {
  const bytes = Buffer.from(name, 'utf8').toString('latin1');
  if (!/[\x00-\x1f"\\\x7f-\xff]/.test(bytes)) return name;
  const inner = [...bytes].map((char) => {
    const code = char.charCodeAt(0);
    if (char === '"' || char === '\\') return `\\${char}`;
    if (code < 0x20 || code >= 0x7f) return `\\${code.toString(8).padStart(3, '0')}`;
    return char;
  });
  return `"${inner.join('')}"`;
}
