/** JUnit XML read by libxml2, held against our schema of what GitLab takes (junit.xsd), and what GitLab would show of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { XmlDocument, XsdValidator, type XmlElement, type XmlNode } from 'libxml2-wasm';

export interface ShownCase {
  readonly suite: string;
  readonly classname: string;
  readonly name: string;
  readonly file: string;
  readonly status: 'failed' | 'error' | 'skipped' | 'success';
  readonly output: string;
}

const XSD = readFileSync(join(import.meta.dirname, 'junit.xsd'));
const STATUSES = { failure: 'failed', error: 'error', skipped: 'skipped' } as const;

/** Throws where it is no XML, or not as GitLab reads it. */
export function readJunit(text: string): ShownCase[] {
  const schema = XmlDocument.fromBuffer(XSD);
  const validator = XsdValidator.fromDoc(schema);
  const document = XmlDocument.fromString(text);
  try {
    validator.validate(document);
    for (const element of elements(document, '//*')) {
      if (element.content.includes('[[ATTACHMENT|')) throw new Error('names an attachment');
      checkCounts(element);
    }
    return elements(document, '/testsuites/testsuite/testcase').map(shown);
  } finally {
    document.dispose();
    validator.dispose();
    schema.dispose();
  }
}

function shown(testcase: XmlElement): ShownCase {
  const [status, output] = outcome(testcase);
  return {
    suite: testcase.parent?.attr('name')?.value ?? '',
    classname: testcase.attr('classname')?.value ?? '',
    name: testcase.attr('name')?.value ?? '',
    file: testcase.attr('file')?.value ?? '',
    status,
    output,
  };
}

function outcome(testcase: XmlElement): [ShownCase['status'], string] {
  for (const [name, status] of Object.entries(STATUSES)) {
    const [found] = elements(testcase, name);
    if (found !== undefined) return [status, found.content];
  }
  return ['success', ''];
}

function checkCounts(element: XmlElement): void {
  if (!element.name.startsWith('testsuite')) return;
  const counts: Record<string, string> = {
    tests: '',
    failures: '[failure]',
    errors: '[error]',
    skipped: '[skipped]',
  };
  for (const [name, having] of Object.entries(counts)) {
    const there = elements(element, `.//testcase${having}`).length;
    const said = element.attr(name)?.value;
    if (said !== String(there)) throw new Error(`${element.name}: ${name} ${said} of ${there}`);
  }
}

function elements(from: XmlDocument | XmlNode, path: string): XmlElement[] {
  return from.find(path).filter((node): node is XmlElement => 'attr' in node);
}
