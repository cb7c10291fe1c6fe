import java.io.FileInputStream;
import org.apache.commons.net.tftp.TFTP;
import org.apache.commons.net.tftp.TFTPClient;

/** Uploads what the environment says, with Apache Commons Net. */
class Put {
  public static void main(String[] args) throws Exception {
    var says = System.getenv();
    var mode = says.get("MODE").equals("octet") ? TFTP.OCTET_MODE : TFTP.NETASCII_MODE;
    var client = new TFTPClient();
    client.open();
    try (var file = new FileInputStream(says.get("FILE"))) {
      client.sendFile(
          says.get("NAME"), mode, file, says.get("HOST"), Integer.parseInt(says.get("PORT")));
    } finally {
      client.close();
    }
  }
}
