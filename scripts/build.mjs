// Compiles cli/ and src/ to dist/, and binds the command together in dist/bin/: loading three hundred files one by one would be half
// of what it takes to start. Each file is compiled by itself, which takes a third of the time of a build that checks types as
// well: `npm run types` does that. Where nothing has changed since the last build there is nothing to do, and that is seen at once: npx
// builds the package of the directory that it is called in before it runs its command for the first time.
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = join(root, 'dist');
const command = join(out, 'bin/main.js');
/** What the last build that was finished was made from. */
const stamp = join(out, 'built-from');

const from = madeFrom();
if (!existsSync(command) || !existsSync(stamp) || readFileSync(stamp, 'utf8') !== from) {
  rmSync(out, { recursive: true, force: true });
  await compile();
  await bind();
  writeFileSync(stamp, from);
} else {
  // For whoever goes by times.
  const now = new Date();
  utimesSync(command, now, now);
}

/** A hash of all that a build depends on. */
function madeFrom() {
  const hash = createHash('sha256').update(process.version);
  const sources = ['cli', 'src'].flatMap((directory) =>
    readdirSync(join(root, directory), { recursive: true, encoding: 'utf8' })
      .filter((name) => /(?<!\.test)\.ts$/.test(name))
      .map((name) => join(directory, name)),
  );
  const settings = [
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'scripts/build.mjs',
  ];
  for (const name of [...sources.sort(), ...settings])
    hash.update(`\0${name}\0`).update(readFileSync(join(root, name)));
  return hash.digest('hex');
}

async function compile() {
  const { default: ts } = await import('typescript');
  const fail = (diagnostic) => {
    process.stderr.write(
      ts.formatDiagnostic(diagnostic, {
        getCanonicalFileName: (name) => name,
        getCurrentDirectory: () => root,
        getNewLine: () => '\n',
      }),
    );
    process.exit(1);
  };
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
}

/** Threads and worker processes find their programs beside the command. */
async function bind() {
  const { build } = await import('rolldown');
  await build({
    input: {
      main: join(out, 'cli/main.js'),
      worker: join(out, 'cli/worker.js'),
      'ci-worker': join(out, 'cli/ci/ci-worker.js'),
    },
    platform: 'node',
    // What has native parts, or is large and seldom needed, is loaded from where it was installed.
    external: [/^tree-sitter/, 'binaryen'],
    output: { dir: join(out, 'bin'), format: 'esm' },
    logLevel: 'warn',
  });
  chmodSync(command, 0o755);
}
