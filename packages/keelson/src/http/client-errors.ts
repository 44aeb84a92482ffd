/** Requests that Node's parser gives up on never become requests; they are answered here, then hung up on. */
import type { Socket } from 'node:net'
import { KeelsonError, type ErrorCode } from '../errors.js'
import { problemOf } from '../operation/problem.js'
import { PROBLEM_TYPE } from './media-types.js'
import { newRequestId } from './request-id.js'

/** Node's own place for the answer under way; its default handler looks there too. */
interface AnsweringSocket extends Socket {
  readonly _httpMessage?: { readonly headersSent: boolean } | null
}

const BY_CODE: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
}

interface ParserError {
  readonly code?: string
  /** What had arrived last. */
  readonly rawPacket?: unknown
}

/** The answer to HEAD has no body (RFC 9110, 9.3.2), which a client would take for the next answer. */
const isHead = ({ rawPacket }: ParserError): boolean =>
  Buffer.isBuffer(rawPacket) && rawPacket.toString('latin1', 0, 5) === 'HEAD '

export function answerClientError(error: ParserError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  // A second head would be read as a part of the answer that has begun.
  const begun = (socket as AnsweringSocket)._httpMessage?.headersSent === true
  if (!socket.writable || begun) {
    socket.destroy()
    return
  }
  const known = new KeelsonError(BY_CODE[error.code ?? ''] ?? 'invalid_request')
  const body = JSON.stringify(problemOf(known, newRequestId()))
  socket.end(
    `HTTP/1.1 ${known.status} ${REASONS[known.status] ?? 'Bad Request'}\r\n` +
      `Content-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${isHead(error) ? '' : body}`,
  )
}
