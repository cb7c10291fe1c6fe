# Uploads what the environment says, with Net::TFTP.
use strict;
use warnings;
use Net::TFTP;

my %options = $ENV{BLKSIZE} ? (BlockSize => $ENV{BLKSIZE}) : ();
my $client = Net::TFTP->new($ENV{HOST}, Port => $ENV{PORT}, %options);
$client->mode($ENV{MODE});
$client->put($ENV{FILE}, $ENV{NAME}) or die $client->error;
