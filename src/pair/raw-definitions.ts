/**
 * What a source defines, read off its raw text: functions, macros and struct types with the lines they stand on. For files that no unit
 * of the pack reads, and so nobody preprocesses; `#if` groups are all taken as they stand. A definition's text is without
 * comments and layout, so two of them are equal when only those differ. Known gap: a function that a macro makes
 * (`BUILD_…(name)`) is none here, as no body stands in the file.
 */
export interface RawDefinition {
  readonly kind: 'function' | 'macro' | 'type';
  /** `FNAME(fetch)` where a macro makes the name; `struct x` for types. */
  readonly name: string;
  readonly text: string;
  /** Every identifier in it. */
  readonly mentions: ReadonlySet<string>;
  readonly firstLine: number;
  readonly lastLine: number;
}

/** Text and mentions are made when somebody asks: a file defines much, and few of it matters. */
class FoundDefinition implements RawDefinition {
  readonly #lines: string;
  #text: string | null = null;
  #mentions: ReadonlySet<string> | null = null;

  constructor(
    readonly kind: RawDefinition['kind'],
    readonly name: string,
    lines: string,
    readonly firstLine: number,
    readonly lastLine: number,
  ) {
    this.#lines = lines;
  }

  get text(): string {
    return (this.#text ??= squeezed(this.#lines));
  }

  get mentions(): ReadonlySet<string> {
    return (this.#mentions ??= new Set(this.#lines.match(/[A-Za-z_]\w*/g) ?? []));
  }
}

export function rawDefinitions(text: string): readonly RawDefinition[] {
  return new Scanner(withoutComments(text)).definitions();
}

/** The text as far as it means something: no comments, no layout. */
export function meaningOf(text: string): string {
  return squeezed(withoutComments(text));
}

/** Comments become blanks, and what strings hold is hidden from the scanner; lines stay where they are. */
function withoutComments(text: string): string {
  return text.replace(
    /\/\*[^]*?(?:\*\/|$)|\/\/(?:[^\n\\]|\\[^])*|"(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])+'/g,
    (found) =>
      found.startsWith('/') ? found.replace(/[^\n]+/g, ' ') : found.replace(/[{}()#;]/g, '_'),
  );
}

function squeezed(text: string): string {
  return text
    .replace(/\\\n/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/ ?([^\w\s]) ?/g, '$1')
    .trim();
}

/** Words before a name that take arguments, and are not it. */
const DECORATION =
  /^(?:__attribute__|__printf|__scanf|__section|__aligned|__acquires|__releases|__must_hold|__alloc_size|__diag\w*)$/;

class Scanner {
  readonly #lines: readonly string[];
  readonly #found: RawDefinition[] = [];
  #depth = 0;
  /** Lines of the declaration that is being read at file scope. */
  #first = 0;
  #header = '';
  #name: { readonly kind: 'function' | 'type'; readonly name: string } | null = null;
  readonly #ifs: number[] = [];

  constructor(text: string) {
    this.#lines = text.split('\n');
  }

  definitions(): RawDefinition[] {
    for (let at = 0; at < this.#lines.length; at++) {
      if (!/^\s*#/.test(this.#lines[at] ?? '')) {
        this.#line(at);
        continue;
      }
      const first = at;
      while (this.#lines[at]?.endsWith('\\') === true) at++;
      this.#directive(first, at);
    }
    return this.#found;
  }

  #directive(first: number, last: number): void {
    const text = this.#between(first, last);
    const macro = /^\s*#\s*define\s+(\w+)/.exec(text)?.[1];
    if (macro !== undefined) this.#add('macro', macro, first, last);
    const word = /^\s*#\s*(\w+)/.exec(text)?.[1] ?? '';
    // Alternatives of a conditional begin at the same depth; the first one's stands behind it.
    if (word.startsWith('if')) this.#ifs.push(this.#depth);
    else if (word === 'else' || word.startsWith('elif')) this.#depth = this.#ifs.at(-1) ?? 0;
    else if (word === 'endif') this.#ifs.pop();
  }

  #line(at: number): void {
    const line = this.#lines[at] ?? '';
    // Most lines stand in a body.
    if (this.#depth > 0 && !/[{}]/.test(line)) return;
    if (this.#depth === 0 && this.#header.trim() === '') this.#first = at;
    for (const part of line.split(/([{};])/)) {
      if (part === '{') {
        if (this.#depth++ === 0) this.#name = named(this.#header);
      } else if (part === '}') {
        this.#depth = Math.max(0, this.#depth - 1);
        if (this.#depth > 0) continue;
        if (this.#name !== null) this.#add(this.#name.kind, this.#name.name, this.#first, at);
        this.#name = null;
        this.#header = '';
        this.#first = at + 1;
      } else if (this.#depth === 0) {
        if (part === ';') {
          this.#header = '';
          this.#first = at + 1;
        } else this.#header += `${part} `;
      }
    }
  }

  #add(kind: RawDefinition['kind'], name: string, first: number, last: number): void {
    const lines = this.#between(first, last);
    this.#found.push(new FoundDefinition(kind, name, lines, first + 1, last + 1));
  }

  #between(first: number, last: number): string {
    return this.#lines.slice(first, last + 1).join('\n');
  }
}

/** What a `{` at file scope begins, by what stands before it. */
function named(header: string): { kind: 'function' | 'type'; name: string } | null {
  const type = /^\s*(?:typedef\s+)?((?:struct|union|enum)\s+\w+)[^()=]*$/.exec(header)?.[1];
  if (type !== undefined) return { kind: 'type', name: type.replace(/\s+/g, ' ') };
  if (/(?:^|[^=!<>])=[^=]/.test(header)) return null;
  for (const [, word = '', inner = '', again] of header.matchAll(
    /([A-Za-z_]\w*)\s*\(((?:[^()]|\([^()]*\))*)\)\s*(\()?/g,
  )) {
    if (DECORATION.test(word)) continue;
    return { kind: 'function', name: again === undefined ? word : `${word}(${inner.trim()})` };
  }
  return null;
}
