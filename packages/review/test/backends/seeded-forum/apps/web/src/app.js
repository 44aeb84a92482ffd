const express = require('express');
const login = require('./routes/login');
const reports = require('./routes/reports');
const users = require('./routes/users');
const words = require('./routes/words');
const stats = require('./routes/stats');
const threads = require('./routes/threads');
const bans = require('./routes/bans');
const { requireModerator } = require('./auth');

function createApp() {
    const app = express();
    app.use(express.json());
    app.get('/ping', (req, res) => res.send('pong'));
    app.use('/', login);
    app.use('/reports', requireModerator, reports);
    app.use('/users', requireModerator, users);
    app.use('/words', requireModerator, words);
    app.use('/stats', requireModerator, stats);
    app.use('/threads', requireModerator, threads);
    app.use('/bans', requireModerator, bans);
    app.use((err, req, res, next) => {
        if (res.headersSent) return next(err);
        console.error(err);
        res.status(err.status || 500).json({ error: err.expose ? err.message : 'internal error' });
    });
    return app;
}

module.exports = { createApp };
