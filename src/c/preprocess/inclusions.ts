/** #include, #include_next, #import (C11 6.10.2): which header is meant, and whether it is to be read. */
import type { SourceFile } from '../token.js';
import type { Buffer } from './buffer.js';
import { GuardState } from './buffer.js';
import type { Expander } from './expander.js';
import type { Request } from './header-memo.js';
import type { HeaderSearch, LoadedFile } from './header-search.js';
import { directoryOf } from './header-search.js';
import { Lexer } from './lexer.js';
import type { Limits } from './limits.js';
import { END, foldPadding, Mark, PAD_NEXT } from './pp-token.js';
import type { Counts, Passages } from './passages.js';
import type { Problems } from './problems.js';
import type { SourceReader } from './reader.js';
import { GREATER, LESS, spellingOf } from './spellings.js';
import type { TokenStore } from './token-store.js';

const IMPORT = spellingOf('import');
const INCLUDE_NEXT = spellingOf('include_next');

export class Inclusions implements Counts {
  /** How many files have been entered. */
  includes = 0;
  readonly filesRead: SourceFile[] = [];

  constructor(
    private readonly store: TokenStore,
    private readonly reader: SourceReader,
    private readonly expander: Expander,
    private readonly search: HeaderSearch,
    private readonly problems: Problems,
    private readonly limits: Limits,
    private readonly passages: () => Passages,
  ) {}

  /** Begins to read a file. */
  enter(
    loaded: LoadedFile,
    shownPath: string,
    found: number,
    includedAt: number | null,
    internal = false,
  ): void {
    const below = this.reader.buffer;
    const depth = includedAt === null || below === null ? 0 : below.depth + 1;
    if (depth > this.limits.includeDepth)
      this.problems.fail(
        'limit',
        `#include nested deeper than ${this.limits.includeDepth} levels`,
        includedAt ?? END,
      );
    if (++this.includes > this.limits.includes)
      this.problems.fail('limit', `more than ${this.limits.includes} files`, includedAt ?? END);
    if (!internal && loaded.file.text.length > this.limits.fileSize)
      this.problems.failPlace(
        'limit',
        `the file is larger than ${this.limits.fileSize} characters`,
        this.store.places.of(loaded.file).base,
      );
    if (includedAt !== null || internal) this.passages().enter(loaded, shownPath, found);
    else this.filesRead.push(loaded.file);
    this.reader.open({
      loaded,
      file: loaded.file,
      lexer: new Lexer(this.store.places.of(loaded.file), this.store, this.problems),
      directory: internal ? '' : directoryOf(shownPath),
      found,
      depth,
      includedAt,
      below,
      conditionals: [],
      guardState: GuardState.Start,
      guardName: null,
      markerPaths: [],
      shownPath,
      lineDelta: 0,
      internal,
    });
  }

  left({ loaded, includedAt, internal }: Buffer): void {
    if (includedAt === null && !internal) return;
    this.passages().touch(loaded);
    this.passages().leave();
  }

  include(directive: number, buffer: Buffer): void {
    const header = this.headerOperand(directive, buffer);
    buffer.lexer.skipLine();
    const { name, angled } = header;
    if (name === '')
      this.problems.fail(
        'bad-input',
        `empty filename in #${this.store.text(directive)}`,
        header.at,
      );
    const word = this.store.spelling(directive);
    const request = requestOf(word === INCLUDE_NEXT, name, angled, buffer);
    const found = this.search.answer(request);
    if (found === null) this.problems.fail('missing', `${name}: no such header`, header.at);
    const { loaded, shownPath } = found;
    const passages = this.passages();
    const asked = passages.asked(request, found, passages.standing(loaded));
    if (word === IMPORT && !loaded.once) {
      loaded.once = true;
      passages.touch(loaded);
    }
    if (loaded.once && loaded.included > 0) return;
    const { guard } = loaded;
    if (guard !== null && this.store.names.isActive(guard) && loaded.included > 0) return;
    asked.entered = true;
    if (loaded.included++ === 0) this.filesRead.push(loaded.file);
    passages.touch(loaded);
    if (passages.takeOver(loaded, shownPath, found.directory)) this.includes++;
    else this.enter(loaded, shownPath, found.directory, header.at);
  }

  /** Would `#include` of this operand find a file? (`__has_include`) */
  hasHeader(next: boolean, name: string, angled: boolean): boolean {
    const buffer = this.reader.buffer;
    if (buffer === null) return false;
    const request = requestOf(next, name, angled, buffer);
    const found = this.search.answer(request);
    this.passages().asked(request, found, null);
    return found !== null;
  }

  private headerOperand(
    directive: number,
    buffer: Buffer,
  ): { name: string; angled: boolean; at: number } {
    const { store } = this;
    const written = buffer.lexer.headerName();
    if (written !== END) {
      const text = store.text(written);
      return { name: text.slice(1, -1), angled: text.startsWith('<'), at: written };
    }
    this.expander.directiveWantsPadding = true;
    const first = this.expander.getSolid();
    let result: { name: string; angled: boolean; at: number } | null = null;
    const text = store.text(first);
    if (store.kind(first) === 'string' && text.startsWith('"'))
      result = { name: text.slice(1, -1), angled: false, at: first };
    else if (store.spelling(first) === LESS)
      result = { name: this.angledName(first, directive), angled: true, at: first };
    this.expander.directiveWantsPadding = false;
    if (result === null)
      this.problems.fail(
        'bad-input',
        `#${store.text(directive)} expects "FILENAME" or <FILENAME>`,
        (store.bits(first) & Mark.end) !== 0 ? directive : first,
      );
    return result;
  }

  /** Spells out the tokens between `<` and `>`. */
  angledName(open: number, directive: number): string {
    const { store } = this;
    let name = '';
    let padding = PAD_NEXT;
    for (;;) {
      const token = this.expander.get();
      if ((store.bits(token) & Mark.padding) !== 0) {
        padding = foldPadding(padding, token);
        continue;
      }
      if ((store.bits(token) & Mark.end) !== 0)
        this.problems.fail(
          'bad-input',
          'missing terminating > character',
          open === END ? directive : open,
        );
      if (store.spelling(token) === GREATER) return name;
      if (store.spaceAfterPadding(padding, token)) name += ' ';
      padding = PAD_NEXT;
      name += store.text(token);
    }
  }
}

/** In the main file #include_next has nothing to go on from and is #include. */
function requestOf(next: boolean, name: string, angled: boolean, buffer: Buffer): Request {
  const { directory, found, includedAt } = buffer;
  return { next: next && includedAt !== null, name, angled, directory, found };
}
