/**
 * Texts as they are scanned, and places in them. All texts that a memo has seen lie one behind the other in one space of
 * places, as in gcc's line map: a place is one integer, and lines and columns are counted when somebody asks.
 */
import { PreprocessFailure } from './problems.js';
import { diagnostic } from '../../base/diagnostic.js';
import { sourceFile } from '../source-file.js';
import type { SourceFile } from '../token.js';

const encoder = new TextEncoder();

export class FileText {
  /** The file's text with plain newlines, one always at the end, so that scans need no bounds check. */
  readonly text: string;
  /** The same by char codes; what is no ASCII is some byte from 128 on, and looked up in `text`. */
  readonly bytes: Uint8Array;
  /** Some comment may end in `*`, a splice, `/`. */
  readonly splicesComments: boolean;
  /** `%:` stands in it. */
  readonly hasDigraphs: boolean;
  private readonly lines: SourceFile;

  constructor(
    readonly file: SourceFile,
    /** The place of its first character. */
    readonly base: number,
  ) {
    const raw = file.text;
    // A carriage return ends a line too, alone or before the newline, as gcc has it.
    const lines = raw.includes('\r') ? raw.replace(/\r\n?/g, '\n') : raw;
    this.lines = lines === raw ? file : sourceFile(file.path, lines);
    this.text = lines.endsWith('\n') ? lines : lines + '\n';
    this.bytes = bytesOf(this.text);
    this.splicesComments = this.text.includes('*\\') && /\*(?:\\[ \t\v\f\0]*\n)+\//.test(this.text);
    this.hasDigraphs = this.text.includes('%:');
  }

  /** Both from 1. */
  lineAt(offset: number): number {
    const starts = this.lines.lineStarts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  columnAt(offset: number): number {
    return offset - (this.lines.lineStarts[this.lineAt(offset) - 1] ?? 0) + 1;
  }
}

function bytesOf(text: string): Uint8Array {
  const encoded = encoder.encode(text);
  if (encoded.length === text.length) return encoded;
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = Math.min(text.charCodeAt(i), 128);
  return bytes;
}

/** The place of what stands nowhere. */
export const NOWHERE = 0;

export class Places {
  private readonly texts: FileText[] = [new FileText(sourceFile('<nowhere>', ''), NOWHERE)];
  private readonly known = new Map<SourceFile, FileText>();
  private end = 2;
  private latest = this.texts[0] as FileText;

  of(file: SourceFile): FileText {
    let text = this.known.get(file);
    if (text !== undefined) return text;
    text = new FileText(file, this.end);
    this.end += text.text.length + 1;
    if (this.end > 0x7fffffff)
      throw new PreprocessFailure(
        diagnostic('limit', 'the files of all units together are larger than 2 GiB'),
      );
    this.known.set(file, text);
    this.texts.push(text);
    return text;
  }

  /** The text that a place is in. */
  at(place: number): FileText {
    const { latest, texts } = this;
    if (place >= latest.base && place <= latest.base + latest.text.length) return latest;
    let low = 0;
    let high = texts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((texts[middle] as FileText).base <= place) low = middle;
      else high = middle - 1;
    }
    return (this.latest = texts[low] as FileText);
  }
}
