import { Injectable } from '@nestjs/common';
import { readFileSync } from 'fs';
import { join } from 'path';
import { promisify } from 'util';
import { deflateSync, gzip } from 'zlib';
import { LedgerEntry } from '../transfers/ledger-entry.entity';

const compress = promisify(gzip);
const logo = readFileSync(join(__dirname, 'assets/logo.svg'));

@Injectable()
export class StatementRenderer {
  private template(language: string): string {
    const name = language === 'de' ? 'statement.de.html' : 'statement.en.html';
    return readFileSync(join(__dirname, 'assets', name), 'utf8');
  }

  html(iban: string, entries: LedgerEntry[], language: string): string {
    const rows = entries
      .map((entry) => `<tr><td>${entry.bookedAt.toISOString()}</td><td>${entry.amountCents}</td></tr>`)
      .join('');
    return this.template(language)
      .replace('{{logo}}', logo.toString('base64'))
      .replace('{{iban}}', iban)
      .replace('{{rows}}', rows);
  }

  async archive(content: string): Promise<Buffer> {
    return compress(content);
  }

  seal(content: string): Buffer {
    return deflateSync(Buffer.from(content), { level: 9 });
  }
}
