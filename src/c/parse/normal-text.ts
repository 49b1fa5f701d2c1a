/**
 * The text that tree-sitter reads, made piece by piece. A piece is one terminal of the grammar and remembers which tokens of
 * the unit it stands for. Pieces are separated by single spaces, so the k-th leaf of the syntax tree is the k-th piece.
 */
import type { Fragment } from './notes.js';

interface Strip {
  readonly texts: string[];
  readonly firsts: number[];
  readonly lasts: number[];
}

/** The finished text: `main`, then a function whose statements are the fragments in order. */
export interface PrintedText {
  readonly text: string;
  /** Token that piece k begins with, ends with. */
  readonly firsts: Int32Array;
  readonly lasts: Int32Array;
  /** For every fragment the one that it stands in, or -1. */
  readonly parents: readonly number[];
}

function strip(): Strip {
  return { texts: [], firsts: [], lasts: [] };
}

export class NormalText {
  private readonly main = strip();
  private readonly fragments: Strip[] = [];
  private readonly open: { strip: Strip; id: number }[] = [];
  private readonly parents: number[] = [];
  private currentId = -1;
  private current = this.main;

  emit(text: string, first: number, last: number = first): void {
    const strip = this.current;
    strip.texts.push(text);
    strip.firsts.push(first);
    strip.lasts.push(last);
  }

  /** Keeps a place for a piece that may turn out to be needed; an empty piece is not printed. */
  reserve(first: number): (text: string) => void {
    const { texts } = this.current;
    const at = texts.length;
    this.emit('', first);
    return (text) => {
      texts[at] = text;
    };
  }

  openFragment(): Fragment {
    this.open.push({ strip: this.current, id: this.currentId });
    this.parents.push(this.currentId);
    this.current = strip();
    this.currentId = this.fragments.push(this.current) - 1;
    return this.currentId as Fragment;
  }

  closeFragment(): void {
    const around = this.open.pop();
    this.current = around?.strip ?? this.main;
    this.currentId = around?.id ?? -1;
  }

  print(anchor: number): PrintedText {
    const frame = (texts: string[]): Strip => ({
      texts,
      firsts: texts.map(() => anchor),
      lasts: texts.map(() => anchor),
    });
    const strips =
      this.fragments.length === 0
        ? [this.main]
        : [this.main, frame(['charptr_t', 'x', '(', ')', '{']), ...this.fragments, frame(['}'])];
    const texts: string[] = [];
    const firsts: number[] = [];
    const lasts: number[] = [];
    for (const part of strips) {
      for (const [i, text] of part.texts.entries()) {
        if (text === '') continue;
        texts.push(text);
        firsts.push(part.firsts[i] ?? anchor);
        lasts.push(part.lasts[i] ?? anchor);
      }
    }
    return {
      text: texts.join(' '),
      firsts: Int32Array.from(firsts),
      lasts: Int32Array.from(lasts),
      parents: this.parents,
    };
  }
}
