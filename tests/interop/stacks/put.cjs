// Uploads what the environment says, with the package tftp of npm.
const process = require("node:process");
const { createClient } = require("tftp");

const { FILE, NAME, HOST, PORT, BLKSIZE, WINDOWSIZE } = process.env;
const client = createClient({
  host: HOST,
  port: Number(PORT),
  blockSize: Number(BLKSIZE || 512),
  windowSize: Number(WINDOWSIZE || 1),
});
client.put(FILE, NAME, (error) => {
  if (error) throw error;
});
