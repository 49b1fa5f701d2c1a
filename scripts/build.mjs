// Compiles cli/ and src/ to dist/, and binds the command together in dist/bin/: loading three hundred files one by one would be half
// of what it takes to start. Each file is compiled by itself, which takes a third of the time of a build that checks types as
// well: `npm run types` does that.
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = join(root, 'dist');
const config = ts.getParsedCommandLineOfConfigFile(
  join(root, 'tsconfig.build.json'),
  {},
  { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail },
);
// By itself, a file does not know that its package is made of ES modules.
const options = {
  ...config.options,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  incremental: false,
};
rmSync(out, { recursive: true, force: true });
for (const file of config.fileNames) {
  const { outputText, sourceMapText, diagnostics } = ts.transpileModule(
    readFileSync(file, 'utf8'),
    { compilerOptions: options, fileName: file, reportDiagnostics: true },
  );
  for (const diagnostic of diagnostics ?? []) fail(diagnostic);
  const target = join(out, relative(root, file)).replace(/\.ts$/, '.js');
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, outputText);
  // The path of the source as seen from beside the compiled file.
  const map = { ...JSON.parse(sourceMapText), sources: [relative(dirname(target), file)] };
  writeFileSync(`${target}.map`, JSON.stringify({ ...map, file: basename(target) }));
}

// Threads and worker processes find their programs beside the command. What has native parts, or is large and seldom needed, is
// loaded from where it was installed.
await build({
  input: {
    main: join(out, 'cli/main.js'),
    worker: join(out, 'cli/worker.js'),
    'ci-worker': join(out, 'cli/ci/ci-worker.js'),
  },
  platform: 'node',
  external: [/^tree-sitter/, 'binaryen'],
  output: { dir: join(out, 'bin'), format: 'esm' },
  logLevel: 'warn',
});
chmodSync(join(out, 'bin/main.js'), 0o755);

function fail(diagnostic) {
  process.stderr.write(
    ts.formatDiagnostic(diagnostic, {
      getCanonicalFileName: (name) => name,
      getCurrentDirectory: () => root,
      getNewLine: () => '\n',
    }),
  );
  process.exit(1);
}
