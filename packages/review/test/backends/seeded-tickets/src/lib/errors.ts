export class HttpError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = "HttpError";
  }
}

export const notFoundError = (what: string) => new HttpError(404, "not_found", `${what} not found`);
export const conflict = (message: string) => new HttpError(409, "conflict", message);
export const forbidden = () => new HttpError(403, "forbidden", "you may not do this");
export const unauthorized = () => new HttpError(401, "unauthorized", "sign in first");
export const badRequest = (message: string) => new HttpError(400, "bad_request", message);
