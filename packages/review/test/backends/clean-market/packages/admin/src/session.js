'use strict';

const session = require('express-session');
const createStore = require('connect-pg-simple');
const config = require('./config');
const { HttpError } = require('./errors');

const Store = createStore(session);
const CSRF_HEADER = 'x-market-admin';
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

const sessions = session({
    name: 'market.admin',
    secret: config.sessionSecret,
    resave: false,
    saveUninitialized: false,
    store: new Store({
        conObject: { connectionString: config.databaseUrl, max: 2 },
        tableName: 'admin_sessions',
        pruneSessionInterval: 900,
    }),
    cookie: { httpOnly: true, sameSite: 'strict', secure: config.isProduction, maxAge: 8 * 3600 * 1000 },
});

function requireOwnOrigin(req, res, next) {
    if (!SAFE_METHODS.has(req.method) && req.get(CSRF_HEADER) !== '1') {
        next(new HttpError(403, 'Cross-site requests are refused'));
        return;
    }
    next();
}

function requireAdmin(req, res, next) {
    next(req.session.adminId ? undefined : new HttpError(401, 'Sign in first'));
}

module.exports = { sessions, requireOwnOrigin, requireAdmin };
