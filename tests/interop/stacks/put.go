// Uploads what the environment says, with pin/tftp.
package main

import (
	"log"
	"os"
	"strconv"

	"github.com/pin/tftp"
)

func main() {
	file, err := os.Open(os.Getenv("FILE"))
	if err != nil {
		log.Fatal(err)
	}
	client, err := tftp.NewClient(os.Getenv("HOST") + ":" + os.Getenv("PORT"))
	if err != nil {
		log.Fatal(err)
	}
	if blksize, err := strconv.Atoi(os.Getenv("BLKSIZE")); err == nil {
		client.SetBlockSize(blksize)
	}
	transfer, err := client.Send(os.Getenv("NAME"), os.Getenv("MODE"))
	if err != nil {
		log.Fatal(err)
	}
	if _, err := transfer.ReadFrom(file); err != nil {
		log.Fatal(err)
	}
}
