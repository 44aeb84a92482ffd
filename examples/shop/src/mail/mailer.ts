/**
 * Mail, as the shop needs it. This one writes each mail as a file, for development: an id is a file, so that a mail that is
 * sent again is the same mail. In production put the client of a mail service here, and give it the id as its own once-only key.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface Mail {
  /** Equal for the same mail sent again. */
  readonly id: string
  readonly to: string
  readonly subject: string
  readonly text: string
}

export interface Mailer {
  send(mail: Mail, signal: AbortSignal): Promise<void>
}

declare module 'keelson' {
  interface Services {
    readonly mailer: Mailer
  }
}

/** Writes mails to the folder that SHOP_MAIL_FOLDER names; default: `.keelson/mail`. */
export const fileMailer: Mailer = {
  async send({ id, to, subject, text }, signal) {
    const folder = process.env['SHOP_MAIL_FOLDER'] ?? join('.keelson', 'mail')
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, `${id}.txt`), `To: ${to}\nSubject: ${subject}\n\n${text}`, { signal })
  },
}
