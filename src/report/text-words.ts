/** Words that every rendering of a report shares. */
import type { Verdict } from './report.js';

export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  differs: 'DIFFERS',
  'no-difference': 'no difference found',
  proved: 'proved equal',
  inconclusive: 'INCONCLUSIVE',
  'not-checked': 'not checked',
};

export function count(n: number, noun: string): string {
  return `${n.toLocaleString('en-US')} ${noun}${n === 1 ? '' : 's'}`;
}
