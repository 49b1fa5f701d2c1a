/** Runs when both shares have ended. */
import { readResults, scoreText } from './score.js';

export function teardown(): void {
  process.stdout.write(`${scoreText(readResults()).join('\n')}\n`);
}
