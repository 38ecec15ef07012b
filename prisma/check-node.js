/** Says what to install when Node.js is too old to run TypeScript as it is written. JavaScript, so that it can. */

const [major] = process.versions.node.split('.');

if (Number(major) < 24) {
  console.error(
    `Posthorn needs Node.js 24 or later, and this is ${process.versions.node} (${process.execPath}).\n` +
      'On Linux and Windows `npm ci` brings it along, unless optional dependencies are left out; ' +
      'elsewhere install it from https://nodejs.org/ and run `npm ci` again.',
  );
  process.exit(1);
}
