/** Runs when both shares have ended. */
import { readResults } from './results.js';
import { scoreText } from './score.js';

export function teardown(): void {
  process.stdout.write(`${scoreText(readResults()).join('\n')}\n`);
}
