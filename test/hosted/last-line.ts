/** A reporter for long suites: what the test prints, as it is printed, and its last line once more at the very end. */
import type { UserConsoleLog } from 'vitest';
import type { Reporter, TestModule } from 'vitest/node';

export default class LastLine implements Reporter {
  private last = '';

  onUserConsoleLog({ content, type }: UserConsoleLog): void {
    (type === 'stdout' ? process.stdout : process.stderr).write(content);
    if (type === 'stdout') this.last = content;
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly { message: string }[]): void {
    for (const module of modules) {
      const failed = [...module.children.allTests('failed')];
      for (const error of [...module.errors(), ...failed.flatMap((test) => test.result().errors)])
        process.stderr.write(`${error?.message ?? 'failed'}\n`);
    }
    for (const error of errors) process.stderr.write(`${error.message}\n`);
    process.stdout.write(this.last);
  }
}
