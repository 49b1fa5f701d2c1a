/** For the tests: a small tree in memory, and what preprocessing its `main.c` gives. */
import type { Diagnostic } from '../../../base/diagnostic.js';
import { preprocess, type Preprocessed, type PreprocessOptions } from '../preprocess.js';

export type Files = Readonly<Record<string, string>>;

/** The options that preprocess `main.c` of these files; a text alone is `main.c`. */
export function optionsFor(
  files: string | Files,
  more: Partial<PreprocessOptions> = {},
): PreprocessOptions {
  const tree = typeof files === 'string' ? { 'main.c': files } : files;
  const texts = new Map(Object.entries(tree));
  return {
    main: { path: 'main.c', text: texts.get('main.c') ?? '' },
    read: (path) => texts.get(path) ?? null,
    includeDirs: ['include'],
    ...more,
  };
}

export function preprocessed(
  files: string | Files,
  more: Partial<PreprocessOptions> = {},
): Preprocessed {
  const result = preprocess(optionsFor(files, more));
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

/** The tokens as text, a space where white space stands before one. */
export function spelled(files: string | Files, more: Partial<PreprocessOptions> = {}): string {
  return preprocessed(files, more)
    .tokens.map((token) => (token.space ? ' ' : '') + token.text)
    .join('')
    .trim();
}

/** The tokens one by one. */
export function tokens(files: string | Files, more: Partial<PreprocessOptions> = {}): string {
  return preprocessed(files, more)
    .tokens.map((token) => token.text)
    .join(' ');
}

export function failure(files: string | Files, more: Partial<PreprocessOptions> = {}): Diagnostic {
  const result = preprocess(optionsFor(files, more));
  if (result.ok) throw new Error('preprocessing succeeded');
  return result.error;
}
