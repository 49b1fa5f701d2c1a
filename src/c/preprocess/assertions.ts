/** #assert, #unassert and `#if #predicate(answer)`: an old extension that gcc still has. */
import type { Lexer } from './lexer.js';
import { END, Mark } from './pp-token.js';
import type { Problems } from './problems.js';
import { CLOSE, OPEN } from './spellings.js';
import type { TokenStore } from './token-store.js';

export class Assertions {
  /** Predicate → its answers, each spelled with single spaces. gcc asserts these for x86-64 Linux. */
  private readonly answers = new Map<string, Set<string>>([
    ['system', new Set(['linux', 'unix', 'posix'])],
    ['cpu', new Set(['x86_64'])],
    ['machine', new Set(['x86_64'])],
  ]);

  /** #assert or #unassert has been used. */
  changed = false;

  constructor(private readonly store: TokenStore) {}

  directive(directive: number, lexer: Lexer, problems: Problems): void {
    this.changed = true;
    const word = this.store.text(directive);
    const adds = word === 'assert';
    const read = this.read(directive, () => lexer.next(), problems);
    if (adds && read.answer === null)
      problems.fail('bad-input', "missing '(' after predicate", directive);
    const rest = read.next ?? lexer.next();
    if (rest !== END) problems.warn(`extra tokens at end of #${word} directive`, rest);
    const known = this.answers.get(read.predicate) ?? new Set();
    if (adds) this.answers.set(read.predicate, known.add(read.answer ?? ''));
    else if (read.answer === null) this.answers.delete(read.predicate);
    else known.delete(read.answer);
  }

  /** In #if, behind `#`: does the predicate hold? `next` is a token read too far. */
  test(
    hash: number,
    get: () => number,
    problems: Problems,
  ): { holds: boolean; next: number | null } {
    const { predicate, answer, next } = this.read(hash, get, problems);
    const known = this.answers.get(predicate);
    const holds = known !== undefined && (answer === null ? known.size > 0 : known.has(answer));
    return { holds, next };
  }

  private read(
    at: number,
    get: () => number,
    problems: Problems,
  ): { predicate: string; answer: string | null; next: number | null } {
    const { store } = this;
    const predicate = get();
    if ((store.bits(predicate) & Mark.end) !== 0)
      problems.fail('bad-input', 'assertion without predicate', at);
    if (store.name(predicate) < 0)
      problems.fail('bad-input', 'predicate must be an identifier', predicate);
    const open = get();
    if (store.spelling(open) !== OPEN)
      return { predicate: store.text(predicate), answer: null, next: open };
    let answer = '';
    for (let token = get(); ; token = get()) {
      if ((store.bits(token) & Mark.end) !== 0)
        problems.fail('bad-input', "missing ')' to complete answer", open);
      if (store.spelling(token) === CLOSE) break;
      answer += (answer !== '' && store.spaced(token) ? ' ' : '') + store.text(token);
    }
    if (answer === '') problems.fail('bad-input', "predicate's answer is empty", open);
    return { predicate: store.text(predicate), answer, next: null };
  }
}
