/** #assert, #unassert and `#if #predicate(answer)`: an old extension that gcc still has. */
import type { Lexer } from './lexer.js';
import { endToken, Mark, type PpToken } from './pp-token.js';
import type { Problems } from './problems.js';

export class Assertions {
  /** Predicate → its answers, each spelled with single spaces. gcc asserts these for x86-64 Linux. */
  private readonly answers = new Map<string, Set<string>>([
    ['system', new Set(['linux', 'unix', 'posix'])],
    ['cpu', new Set(['x86_64'])],
    ['machine', new Set(['x86_64'])],
  ]);

  /** #assert or #unassert has been used. */
  changed = false;

  directive(directive: PpToken, lexer: Lexer, problems: Problems): void {
    this.changed = true;
    const adds = directive.text === 'assert';
    const read = this.read(directive, () => lexer.next(), problems);
    if (adds && read.answer === null)
      problems.fail('bad-input', "missing '(' after predicate", directive);
    const rest = read.next ?? lexer.next();
    if (rest !== endToken)
      problems.warnAt(
        `extra tokens at end of #${directive.text} directive`,
        rest.file,
        rest.line,
        rest.column,
      );
    const known = this.answers.get(read.predicate) ?? new Set();
    if (adds) this.answers.set(read.predicate, known.add(read.answer ?? ''));
    else if (read.answer === null) this.answers.delete(read.predicate);
    else known.delete(read.answer);
  }

  /** In #if, behind `#`: does the predicate hold? `next` is a token read too far. */
  test(
    hash: PpToken,
    get: () => PpToken,
    problems: Problems,
  ): { holds: boolean; next: PpToken | null } {
    const { predicate, answer, next } = this.read(hash, get, problems);
    const known = this.answers.get(predicate);
    const holds = known !== undefined && (answer === null ? known.size > 0 : known.has(answer));
    return { holds, next };
  }

  private read(
    at: PpToken,
    get: () => PpToken,
    problems: Problems,
  ): { predicate: string; answer: string | null; next: PpToken | null } {
    const predicate = get();
    if ((predicate.bits & Mark.end) !== 0)
      problems.fail('bad-input', 'assertion without predicate', at);
    if (predicate.name === null)
      problems.fail('bad-input', 'predicate must be an identifier', predicate);
    const open = get();
    if (open.text !== '(' || open.kind !== 'punctuator')
      return { predicate: predicate.name.text, answer: null, next: open };
    let answer = '';
    for (let token = get(); ; token = get()) {
      if ((token.bits & Mark.end) !== 0)
        problems.fail('bad-input', "missing ')' to complete answer", open);
      if (token.kind === 'punctuator' && token.text === ')') break;
      answer += (answer !== '' && token.space ? ' ' : '') + token.text;
    }
    if (answer === '') problems.fail('bad-input', "predicate's answer is empty", open);
    return { predicate: predicate.name.text, answer, next: null };
  }
}
