/** Runs when both shares have ended. */
import { earlierResults, readResults } from './results.js';
import { scoreText } from './score.js';

export function teardown(): void {
  process.stdout.write(`${scoreText(readResults(), earlierResults()).join('\n')}\n`);
}
