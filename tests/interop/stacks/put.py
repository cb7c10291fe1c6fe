"""Uploads what the environment says, with tftpy."""

from os import environ

from tftpy import TftpClient

blksize = environ["BLKSIZE"]
options = {"blksize": int(blksize)} if blksize else {}
client = TftpClient(environ["HOST"], int(environ["PORT"]), options)
client.upload(environ["NAME"], environ["FILE"])
