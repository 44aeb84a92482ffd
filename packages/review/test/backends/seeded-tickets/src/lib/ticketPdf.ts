import { readFileSync } from "fs";
import { readFile } from "fs/promises";
import path from "path";
import { gzipSync } from "zlib";

const fontFile = path.join(__dirname, "../../assets/inter.ttf");
const font = readFileSync(fontFile);

export interface TicketData {
  orderId: number;
  title: string;
  seats: string[];
}

export function renderTicket(data: TicketData): Buffer {
  const layout = readFileSync(path.join(__dirname, "../../assets/ticket.svg"), "utf8");
  const body = layout
    .replace("{{order}}", String(data.orderId))
    .replace("{{title}}", data.title)
    .replace("{{seats}}", data.seats.join(", "));
  return Buffer.concat([Buffer.from(body), font.subarray(0, 0)]);
}

export async function renderTerms(): Promise<string> {
  return readFile(path.join(__dirname, "../../assets/terms.txt"), "utf8");
}

export const pack = (content: string) => gzipSync(content);
