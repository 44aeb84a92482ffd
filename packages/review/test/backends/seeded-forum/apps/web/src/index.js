const { createApp } = require('./app');
const { startSweeper } = require('./jobs/sweeper');

const port = process.env.PORT || 5000;

createApp().listen(port, () => {
    console.log(`moderation on ${port}`);
});
startSweeper();
