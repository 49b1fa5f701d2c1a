/** Short mails for tests, as an mbox. */
export interface ShortMail {
  readonly id: string;
  readonly from?: string;
  readonly subject: string;
  readonly answers?: string;
  readonly text: string;
}

export function mboxText(...mails: readonly ShortMail[]): string {
  return mails
    .map(
      (mail) => `From mboxrd@z Thu Jan  1 00:00:00 1970
From: ${mail.from ?? 'Ann Author <ann@example.org>'}
Subject: ${mail.subject}
${mail.id === '' ? 'X-No: id' : `Message-ID: <${mail.id}>`}
${mail.answers === undefined ? '' : `In-Reply-To: <${mail.answers}>\n`}
${mail.text}
`,
    )
    .join('');
}
