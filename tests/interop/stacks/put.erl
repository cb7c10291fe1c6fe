% Uploads what the environment says, with tftp of Erlang/OTP.
Get = fun(Name) -> os:getenv(Name, "") end,
Options = [{Option, Get(Name)}
           || {Option, Name} <- [{"mode", "MODE"}, {"blksize", "BLKSIZE"}],
              Get(Name) =/= ""],
{ok, _} = tftp:write_file(Get("NAME"), Get("FILE"),
                          [{host, Get("HOST")},
                           {port, list_to_integer(Get("PORT"))},
                           {use_tsize, Get("TSIZE") =/= ""}
                           | Options]),
halt().
