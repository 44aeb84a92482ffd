'use strict';

const { existsSync, readFileSync } = require('node:fs');
const path = require('node:path');
const express = require('express');
const helmet = require('helmet');
const { rateLimit } = require('express-rate-limit');
const { errorHandler } = require('./errors');
const labels = require('./labels');
const { requireAdmin, requireOwnOrigin, sessions } = require('./session');

const manifestFile = path.join(__dirname, '../public/manifest.json');
const manifest = existsSync(manifestFile) ? JSON.parse(readFileSync(manifestFile, 'utf8')) : {};

function createApp() {
    const app = express();
    app.disable('x-powered-by');
    app.set('trust proxy', 1);
    app.use(helmet());
    app.get('/health', (req, res) => {
        res.json({ ok: true });
    });
    app.use(rateLimit({ windowMs: 60 * 1000, limit: 200, standardHeaders: 'draft-8', legacyHeaders: false }));
    app.use(sessions);
    app.use(requireOwnOrigin);
    app.use(express.json({ limit: '50kb' }));

    app.get('/labels', (req, res) => {
        res.json({ ...labels, manifest });
    });
    app.use('/auth', require('./routes/auth'));
    app.use(requireAdmin);
    app.use('/sellers', require('./routes/sellers'));
    app.use('/categories', require('./routes/categories'));
    app.use('/reports', require('./routes/reports'));
    app.use(errorHandler);
    return app;
}

module.exports = createApp;
