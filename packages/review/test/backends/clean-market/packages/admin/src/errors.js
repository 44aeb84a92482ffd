'use strict';

class HttpError extends Error {
    constructor(status, message) {
        super(message);
        this.status = status;
    }
}

function errorHandler(error, req, res, next) {
    if (res.headersSent) {
        next(error);
        return;
    }
    const status = error.status >= 400 && error.status < 500 ? error.status : 500;
    if (status === 500) {
        console.error(`${req.method} ${req.path}`, error);
    }
    res.status(status).json({ message: status === 500 ? 'Internal error' : error.message });
}

module.exports = { HttpError, errorHandler };
